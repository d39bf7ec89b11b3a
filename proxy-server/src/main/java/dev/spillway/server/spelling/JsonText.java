package dev.spillway.server.spelling;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON: records by their components, in order and under their names, maps, lists, enums by their names, texts,
 * numbers, truth values and null. Jackson's streaming half does the writing; its other half, which could do this too, takes
 * 450 classes that would stay loaded for as long as the proxy runs.
 */
public final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private static final ClassValue<Method[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected Method[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Method[] accessors = new Method[components.length];
            for (int i = 0; i < components.length; i++) {
                accessors[i] = components[i].getAccessor();
                // The records of a room are its own.
                accessors[i].setAccessible(true);
            }
            return accessors;
        }
    };

    private JsonText() {}

    /** A record whose JSON is not that of its components. */
    public interface Members {
        /** What it is made of, in order. */
        Map<String, ?> members();
    }

    /**
     * {@code value} as text, in one line.
     *
     * @throws IllegalArgumentException if there is something in it that is none of the above
     */
    public static String of(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(generator, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException("to a string", impossible);
        }
        return text.toString();
    }

    private static void write(JsonGenerator to, @Nullable Object value) throws IOException {
        if (value == null) {
            to.writeNull();
        } else if (value instanceof CharSequence text) {
            to.writeString(text.toString());
        } else if (value instanceof Boolean truth) {
            to.writeBoolean(truth);
        } else if (value instanceof Number number) {
            write(to, number);
        } else if (value instanceof Enum<?> constant) {
            to.writeString(constant.name());
        } else if (value instanceof Iterable<?> elements) {
            to.writeStartArray();
            for (Object element : elements) {
                write(to, element);
            }
            to.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            write(to, map);
        } else if (value instanceof Members composed) {
            write(to, composed.members());
        } else if (value instanceof Record composed) {
            write(to, composed);
        } else {
            throw new IllegalArgumentException(value.getClass().getName() + ": no plain value");
        }
    }

    private static void write(JsonGenerator to, Number number) throws IOException {
        if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            to.writeNumber(number.intValue());
        } else if (number instanceof Long) {
            to.writeNumber(number.longValue());
        } else if (number instanceof Double) {
            to.writeNumber(number.doubleValue());
        } else if (number instanceof Float) {
            to.writeNumber(number.floatValue());
        } else {
            throw new IllegalArgumentException(number.getClass().getName() + ": no plain number");
        }
    }

    private static void write(JsonGenerator to, Map<?, ?> map) throws IOException {
        to.writeStartObject();
        for (Map.Entry<?, ?> member : map.entrySet()) {
            to.writeFieldName(String.valueOf(member.getKey()));
            write(to, member.getValue());
        }
        to.writeEndObject();
    }

    private static void write(JsonGenerator to, Record composed) throws IOException {
        to.writeStartObject();
        for (Method accessor : COMPONENTS.get(composed.getClass())) {
            to.writeFieldName(accessor.getName());
            write(to, read(accessor, composed));
        }
        to.writeEndObject();
    }

    private static @Nullable Object read(Method accessor, Record composed) {
        try {
            return accessor.invoke(composed);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new AssertionError("a component of a record: " + accessor, impossible);
        }
    }
}
