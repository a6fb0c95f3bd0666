package import FirestoreModel

/// A refusal, as Google's API would state it.
package struct EmulatorError: Error, Sendable, Hashable {
  package let status: FirestoreStatus
  package let message: String

  /// Refuses with a status and a text.
  package init(_ status: FirestoreStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The refusal that a fault in a request amounts to.
  package init(_ fault: FirestoreFormatError) {
    self.init(fault.kind == .unsupported ? .unimplemented : .invalidArgument, fault.description)
  }

  init(_ fault: StoreError) {
    switch fault {
    case .readTimeTooOld: self.init(.failedPrecondition, "The requested snapshot version is too old.")
    case .readTimeInFuture: self.init(.invalidArgument, "The requested read_time cannot be in the future.")
    }
  }

  static func invalid(_ message: String) -> EmulatorError { EmulatorError(.invalidArgument, message) }
}

/// Runs `body`, turning a format error into the refusal that it amounts to.
func refusing<T>(_ body: () throws(FirestoreFormatError) -> T) throws(EmulatorError) -> T {
  do { return try body() } catch { throw EmulatorError(error) }
}
