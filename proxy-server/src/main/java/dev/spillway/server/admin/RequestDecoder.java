package dev.spillway.server.admin;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** HTTP/1.1, short and strict. A length that is given twice is no length: whoever is in between may have read the other. */
final class RequestDecoder extends HttpRequestDecoder {
    static final int MAX_LINE = 4096;
    static final int MAX_HEADERS = 8192;

    /** A head with both Content-Length and Transfer-Encoding. */
    static final class TwoLengths extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        TwoLengths() {
            super("Content-Length and Transfer-Encoding");
        }
    }

    /** @param piece bytes of the largest part of a body handed on */
    RequestDecoder(int piece) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(piece)
                .setValidateHeaders(true)
                .setStrictLineParsing(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new TwoLengths();
    }
}
