internal import CLibCurl

extension HTTPError.Code {
  /// The kind of failure behind a result code of libcurl.
  init(_ code: CURLcode, detail: String) {
    switch code {
    case CURLE_COULDNT_CONNECT: self = .connectionRefused
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .resolve
    case CURLE_URL_MALFORMAT: self = .invalidURL
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
      self = .tls
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND: self = .reset
    // libcurl gives a broken chunk and a broken connection the same code, and other words.
    case CURLE_RECV_ERROR: self = detail.contains("chunk") ? .protocolViolation : .reset
    case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP3, CURLE_BAD_CONTENT_ENCODING, CURLE_TOO_MANY_REDIRECTS,
      // What is not HTTP/1.x looks like HTTP/0.9 to libcurl, which it refuses as an unsupported protocol.
      CURLE_UNSUPPORTED_PROTOCOL:
      self = .protocolViolation
    default: self = .other
    }
  }
}
