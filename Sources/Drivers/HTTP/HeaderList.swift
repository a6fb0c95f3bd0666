internal import CLibCurl

/// Header lines as libcurl's linked list, built once and freed with its owner.
///
/// `@unchecked Sendable`: the list is written only while a `RequestPlan` is being made, by the one task that holds it;
/// afterwards it is only read.
final class HeaderList: @unchecked Sendable {
  /// The list for libcurl, nil when there are no lines.
  private(set) var pointer: UnsafeMutablePointer<curl_slist>?

  private var last: UnsafeMutablePointer<curl_slist>?

  deinit {
    curl_slist_free_all(pointer)
  }

  /// Whether there are no lines.
  var isEmpty: Bool { pointer == nil }

  /// Adds a line, which must hold no line break and no NUL.
  func append(_ line: String) {
    // Appending to the last node spares libcurl its walk from the first; nil means that memory ran out.
    guard let node = curl_slist_append(nil, line) else { fatalError("out of memory for a header line") }
    if let last {
      last.pointee.next = node
    } else {
      pointer = node
    }
    last = node
  }
}
