/// Where units leave and enter stock: atomically, and once per idempotency key.
///
/// A restore may name the decrement it takes back (`reverses`). Then it is exact whatever became of that decrement: if
/// it acted, its units come back; if it was refused, or never arrived, nothing comes back and its key is spent, so that
/// a decrement delayed on the network past its own compensation finds the door closed. Without this a caller whose
/// decrement timed out could not compensate: restoring might invent units, and not restoring might lose them.
package protocol StockRepository: Sendable {
  /// Performs a request, or returns what the same request did before.
  func perform(_ request: StockRequest) async throws -> StockOutcome
}
