import CLibPQ
import Synchronization

/// A message that a server sends beside its answers, such as what `RAISE NOTICE` prints.
package struct PostgresNotice: Sendable, Hashable {
  /// `NOTICE`, `WARNING`, `INFO`, `LOG` or `DEBUG`, in English whatever the server's language.
  package var severity: String

  /// The five characters of the condition's code.
  package var sqlState: String

  /// What the server says.
  package var message: String

  /// More about it.
  package var detail: String?

  /// What to do about it.
  package var hint: String?
}

/// The end of a C callback: without one libpq prints notices to standard error.
final class NoticeReceiver: Sendable {
  private let handler: (@Sendable (PostgresNotice) -> Void)?
  private let sessionEnded = Atomic<Bool>(false)

  /// Whether the server has said, outside of any statement, that it ends the session.
  var hasSessionEnded: Bool { sessionEnded.load(ordering: .acquiring) }

  init(_ handler: (@Sendable (PostgresNotice) -> Void)?) {
    self.handler = handler
  }

  /// Takes the connection's notices from now on; the caller keeps this object alive as long as the connection.
  func attach(to connection: OpaquePointer) {
    _ = PQsetNoticeReceiver(
      connection,
      { receiver, result in
        guard let receiver, let result else { return }
        Unmanaged<NoticeReceiver>.fromOpaque(receiver).takeUnretainedValue().receive(result)
      },
      Unmanaged.passUnretained(self).toOpaque()
    )
  }

  private func receive(_ result: OpaquePointer) {
    let report = PostgresError(result: result, statement: nil)
    let text = PQresultErrorField(result, Int32(concord_pq_diag_severity)).map { String(cString: $0) }
    let severity = text ?? "NOTICE"
    // Errors of statements do not come here; one that does is the server's farewell to an idle session.
    if ["FATAL", "PANIC"].contains(severity) {
      sessionEnded.store(true, ordering: .releasing)
    }
    handler?(
      PostgresNotice(
        severity: severity,
        sqlState: report.sqlState ?? "00000",
        message: report.message,
        detail: report.detail,
        hint: report.hint
      )
    )
  }
}
