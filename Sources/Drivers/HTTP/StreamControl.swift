/// What the receiver of a streamed body wants next.
package enum StreamControl: Sendable {
  /// More bytes, please.
  case `continue`
  /// Enough: the transfer is aborted and counts as a success with a cut body.
  case stop
}
