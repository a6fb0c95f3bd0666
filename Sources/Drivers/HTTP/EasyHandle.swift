internal import CLibCurl

/// A libcurl easy handle with the options that all requests share; prepared for one transfer after the other.
final class EasyHandle {
  let pointer: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private var holdsContent = false

  /// Nil when memory runs out or this libcurl lacks an option the client cannot do without.
  init?(_ configuration: HTTPClientConfiguration) {
    guard let pointer = curl_easy_init() else { return nil }
    self.pointer = pointer
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    guard setSharedOptions(configuration) else { return nil }
  }

  deinit {
    // First the handle, which may still write its error text.
    curl_easy_cleanup(pointer)
    errorText.deallocate()
  }

  private func setSharedOptions(_ configuration: HTTPClientConfiguration) -> Bool {
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      (CURLOPT_PATH_AS_IS, 1),
      (CURLOPT_MAXREDIRS, 10),
      (CURLOPT_BUFFERSIZE, 64 << 10),
      // Aborting a transfer must not wait for the thread that resolves its host name.
      (CURLOPT_QUICK_EXIT, 1),
    ]
    let texts: [(CURLoption, String?)] = [
      (CURLOPT_PROTOCOLS_STR, "http,https"),
      (CURLOPT_REDIR_PROTOCOLS_STR, "http,https"),
      // An empty proxy also keeps libcurl from reading http_proxy and its kin from the environment.
      (CURLOPT_PROXY, ""),
      (CURLOPT_USERAGENT, configuration.userAgent),
      (CURLOPT_UNIX_SOCKET_PATH, configuration.unixSocketPath),
      (CURLOPT_CAINFO, configuration.certificateAuthorityFile),
    ]
    var codes = numbers.map { concord_curl_set_long(pointer, $0.0, $0.1) }
    // A nil text would take back a default, such as the system's certificates.
    codes += texts.compactMap { option, text in text.map { concord_curl_set_string(pointer, option, $0) } }
    codes += [
      concord_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText),
      concord_curl_set_receiver(pointer, CURLOPT_HEADERFUNCTION, receiveHeader),
      concord_curl_set_receiver(pointer, CURLOPT_WRITEFUNCTION, receiveBody),
      concord_curl_set_reader(pointer, sendContent),
      concord_curl_set_seeker(pointer, seekContent),
      concord_curl_set_gate(pointer, mayBeSent),
      concord_curl_set_socket_opener(pointer, openSocket),
    ]
    return codes.allSatisfy { $0 == CURLE_OK }
  }

  /// Sets all that differs between requests; false when libcurl refuses a value.
  ///
  /// The transfer must live until the handle leaves the multi handle: libcurl keeps plain pointers to it.
  func prepare(for transfer: Transfer) -> Bool {
    let plan = transfer.plan
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    errorText[0] = 0
    var codes = [
      concord_curl_set_string(pointer, CURLOPT_URL, plan.url),
      concord_curl_set_list(pointer, CURLOPT_HTTPHEADER, plan.headerList?.pointer),
      concord_curl_set_long(pointer, CURLOPT_TIMEOUT_MS, plan.timeoutMilliseconds),
      concord_curl_set_long(pointer, CURLOPT_CONNECTTIMEOUT_MS, plan.connectTimeoutMilliseconds),
      concord_curl_set_long(pointer, CURLOPT_FOLLOWLOCATION, plan.followRedirects ? 1 : 0),
      concord_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context),
      concord_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context),
      concord_curl_set_pointer(pointer, CURLOPT_READDATA, context),
      concord_curl_set_pointer(pointer, CURLOPT_SEEKDATA, context),
      concord_curl_set_pointer(pointer, CURLOPT_PREREQDATA, context),
    ]
    let natural: String
    switch plan.content {
    case .none:
      natural = "GET"
      codes.append(concord_curl_set_long(pointer, CURLOPT_HTTPGET, 1))
    case .head:
      natural = "HEAD"
      codes.append(concord_curl_set_long(pointer, CURLOPT_NOBODY, 1))
    case .copied(let bytes):
      natural = "POST"
      codes.append(concord_curl_set_long(pointer, CURLOPT_POST, 1))
      codes.append(bytes.withUnsafeBytes { concord_curl_copy_content(pointer, $0.baseAddress, curl_off_t($0.count)) })
      holdsContent = true
    case .read(let bytes):
      natural = "POST"
      codes.append(concord_curl_set_pointer(pointer, CURLOPT_POSTFIELDS, nil))
      codes.append(concord_curl_set_long(pointer, CURLOPT_POST, 1))
      codes.append(concord_curl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
    }
    codes.append(concord_curl_set_string(pointer, CURLOPT_CUSTOMREQUEST, plan.method == natural ? nil : plan.method))
    return codes.allSatisfy { $0 == CURLE_OK }
  }

  /// Forgets what the last transfer lent: its header list, its content and itself.
  func clear() {
    concord_curl_set_list(pointer, CURLOPT_HTTPHEADER, nil)
    if holdsContent {
      concord_curl_set_pointer(pointer, CURLOPT_POSTFIELDS, nil)
      holdsContent = false
    }
    concord_curl_set_long(pointer, CURLOPT_HTTPGET, 1)
  }

  /// What libcurl measured about the current or last transfer.
  func timings() -> HTTPTimings {
    func time(_ info: CURLINFO) -> Duration {
      var microseconds: curl_off_t = 0
      concord_curl_get_offset(pointer, info, &microseconds)
      return .microseconds(microseconds)
    }
    var connections = 0
    concord_curl_get_long(pointer, CURLINFO_NUM_CONNECTS, &connections)
    let total = time(CURLINFO_TOTAL_TIME_T)
    let firstByte = time(CURLINFO_STARTTRANSFER_TIME_T)
    let isReused = connections == 0 && firstByte > .zero
    return HTTPTimings(
      nameLookup: isReused ? .zero : time(CURLINFO_NAMELOOKUP_TIME_T),
      connect: isReused ? .zero : time(CURLINFO_CONNECT_TIME_T),
      tls: isReused ? .zero : time(CURLINFO_APPCONNECT_TIME_T),
      firstByte: firstByte, total: total, connectionReused: isReused)
  }

  /// The peer of the current or last connection, "address:port"; empty when there is none.
  func remoteAddress() -> String {
    var text: UnsafeMutablePointer<CChar>?
    var port = 0
    concord_curl_get_string(pointer, CURLINFO_PRIMARY_IP, &text)
    concord_curl_get_long(pointer, CURLINFO_PRIMARY_PORT, &port)
    guard let text, text[0] != 0, port > 0 else { return "" }
    let address = String(cString: text)
    return address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  /// What a failure means, and libcurl's own words for it.
  func explain(_ code: CURLcode) -> (HTTPError.Code, String) {
    let detail = errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    return (HTTPError.Code(code, detail: detail), detail.hasSuffix(".") ? detail : detail + ".")
  }
}

// libcurl's callbacks: C functions that find their transfer through the pointer set in `prepare`, which is never nil.

private let receiveHeader: curl_write_callback = { bytes, size, count, context in
  transfer(context).receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

private let receiveBody: curl_write_callback = { bytes, size, count, context in
  transfer(context).receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

private let sendContent: curl_read_callback = { buffer, size, count, context in
  transfer(context).send(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

private let seekContent: curl_seek_callback = { context, offset, origin in
  origin == SEEK_SET && transfer(context).seek(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}

private let mayBeSent: curl_prereq_callback = { context, _, _, _, _ in
  transfer(context).mayBeSent() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

/// A connection must not leak into child processes, which would keep it open after both ends closed it.
private let openSocket: curl_opensocket_callback = { _, _, address in
  guard let address else { return -1 }
  return concord_curl_open_socket(address)
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
  guard let context else { preconditionFailure("libcurl called back without its transfer") }
  return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}
