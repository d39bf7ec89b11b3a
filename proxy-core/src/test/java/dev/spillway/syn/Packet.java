package dev.spillway.syn;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A packet as the kernel has it when it looks for a listener: some link header, the IP header, TCP.
 *
 * @param bytes all of it
 * @param network where the IP header begins
 * @param transport where TCP begins, as the kernel found it
 * @param payload where what TCP carries begins
 */
record Packet(byte[] bytes, int network, int transport, int payload) {
    static final int SYN = 0x02;
    static final int ACK = 0x10;
    static final int RST = 0x04;
    static final int FIN = 0x01;
    static final int ECN = 0xc0;

    private static final int LINK = 14;
    private static final int TCP_HEADER = 20;

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static Packet tcp(String source, String destination, int flags) {
        return new Maker(address(source).getAddress(), address(destination).getAddress(), flags).make();
    }

    static Maker from(String source, String destination, int flags) {
        return new Maker(address(source).getAddress(), address(destination).getAddress(), flags);
    }

    static Maker from(byte[] source, byte[] destination, int flags) {
        return new Maker(source, destination, flags);
    }

    /** Only the first bytes of it, from TCP on. */
    Packet truncated(int afterTransport) {
        byte[] less = Arrays.copyOf(bytes, transport + afterTransport);
        return new Packet(less, network, transport, Math.min(payload, less.length));
    }

    /** What a packet has beside the ordinary. */
    static final class Maker {
        private final byte[] source;
        private final byte[] destination;
        private final int flags;
        private int ipOptions;
        private int tcpOptions;
        private int data;
        private int fragment;
        private int version;
        private int protocol = 6;
        private int extension = -1;
        private int port = 40000;

        private Maker(byte[] source, byte[] destination, int flags) {
            this.source = source.clone();
            this.destination = destination.clone();
            this.flags = flags;
            this.version = source.length == 4 ? 4 : 6;
        }

        /** Words of IPv4 options, 0–10. */
        Maker ipOptions(int words) {
            ipOptions = words;
            return this;
        }

        Maker tcpOptions(int words) {
            tcpOptions = words;
            return this;
        }

        Maker data(int bytes) {
            data = bytes;
            return this;
        }

        /** The field of IPv4 with flags and offset. */
        Maker fragment(int field) {
            fragment = field;
            return this;
        }

        Maker version(int other) {
            version = other;
            return this;
        }

        Maker protocol(int other) {
            protocol = other;
            return this;
        }

        /** An extension header of IPv6 of eight bytes. */
        Maker extension(int type) {
            extension = type;
            return this;
        }

        /** The client's port. */
        Maker port(int other) {
            port = other;
            return this;
        }

        Packet make() {
            boolean v4 = source.length == 4;
            int ip = v4 ? 20 + 4 * ipOptions : 40 + (extension < 0 ? 0 : 8);
            int tcp = TCP_HEADER + 4 * tcpOptions;
            ByteBuffer all = ByteBuffer.allocate(LINK + ip + tcp + data);
            for (int i = 0; i < LINK; i++) {
                all.put((byte) 0x55);
            }
            if (v4) {
                all.put((byte) (version << 4 | 5 + ipOptions)).put((byte) 0).putShort((short) (ip + tcp + data));
                all.putShort((short) 0x1234)
                        .putShort((short) fragment)
                        .put((byte) 64)
                        .put((byte) protocol);
                all.putShort((short) 0).put(source).put(destination);
                for (int i = 0; i < ipOptions; i++) {
                    all.putInt(0x01010101);
                }
            } else {
                all.putInt(version << 28).putShort((short) (ip - 40 + tcp + data));
                all.put((byte) (extension < 0 ? protocol : extension)).put((byte) 64);
                all.put(source).put(destination);
                if (extension >= 0) {
                    all.put((byte) protocol).put((byte) 0).putShort((short) 0).putInt(0);
                }
            }
            all.putShort((short) port).putShort((short) 80).putInt(1).putInt(0);
            all.put((byte) (5 + tcpOptions << 4))
                    .put((byte) flags)
                    .putShort((short) 1000)
                    .putInt(0);
            for (int i = 0; i < tcpOptions; i++) {
                all.putInt(0x01010101);
            }
            return new Packet(all.array(), LINK, LINK + ip, LINK + ip + tcp);
        }
    }
}
