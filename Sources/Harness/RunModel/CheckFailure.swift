package import JSON
package import YAMLSource

/// One promise that one exchange broke.
package struct CheckFailure: Sendable, Hashable {
  /// Which part of the exchange broke it.
  package enum Subject: Sendable, Hashable {
    case status
    case header(String)
    /// Place in the JSON body; the empty pointer is the whole body.
    case body(JSONPointer)
    /// The exchange as a whole: time, connection, framing.
    case exchange
    /// A success criterion of a workflow, as written.
    case criterion(String)
  }

  /// Id of the check in its catalogue, kebab-case: `response-body`, `status-documented`.
  package let check: String
  package let subject: Subject
  /// One readable sentence.
  package let message: String
  /// Where the promise is written.
  package let expectation: SourceLocation?
  /// What was promised, shortened for display.
  package let expected: String?
  /// What came, shortened for display.
  package let actual: String?

  /// Records a broken promise.
  package init(
    check: String, subject: Subject, message: String, expectation: SourceLocation?,
    expected: String? = nil, actual: String? = nil
  ) {
    self.check = check
    self.subject = subject
    self.message = message
    self.expectation = expectation
    self.expected = expected
    self.actual = actual
  }
}
