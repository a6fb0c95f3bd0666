import Arazzo
import HTTP
import JSON
import RFC3339
import RunModel
import Synchronization

/// Keeps answered exchanges that no check objected to, so that they can be judged again with other answers.
///
/// Values stay as they were sent, secrets included; nothing but names of fields ever leaves it.
package final class ExchangeLog: Sendable {
  /// An exchange with everything that judged it.
  struct Entry: Sendable {
    /// The case that made it.
    let id: CaseID
    let linked: LinkedOperation
    let request: PreparedRequest
    let response: HTTPResponse
    let body: MessageBody
    let answeredAt: Timestamp
    let intent: RequestIntent
    /// Checks that it is not held to.
    let exceptions: Set<String>
    /// Its place in a workflow; nil for a generated case.
    let scripted: Scripted?
  }

  /// The place of an exchange in a run of a workflow.
  struct Scripted: Sendable {
    let suite: WorkflowSuite
    /// The run of the workflow that it belongs to.
    let call: String
    let step: Step
    /// What the step could see.
    let context: StepContext
    let outputs: [String: JSONValue]
    /// What its reads of stores found.
    let findings: [StoreReads.Finding]
  }

  /// Answers of one kind.
  struct Kind: Hashable {
    let operation: OperationReference
    let status: Int
  }

  /// Exchanges of generated cases that are kept of each kind; they differ little.
  private static let samplesPerKind = 32
  /// The longest body that is kept, in bytes.
  private static let bodyLimit = 256 * 1024

  private struct Content {
    var scripted: [String: [Entry]] = [:]
    var samples: [Kind: [(rank: UInt64, entry: Entry)]] = [:]
  }

  private let content = Mutex(Content())

  /// Makes an empty log.
  package init() {}

  /// Keeps an exchange.
  ///
  /// Of generated ones those of the lowest rank stay, which depends on names only: the same run keeps the same.
  func keep(_ entry: Entry) {
    guard entry.body.bytes.count <= Self.bodyLimit, !entry.body.isTruncated else { return }
    content.withLock { content in
      if let scripted = entry.scripted {
        content.scripted[scripted.call, default: []].append(entry)
        return
      }
      let kind = Kind(operation: entry.linked.reference, status: entry.response.status)
      var samples = content.samples.removeValue(forKey: kind) ?? []
      samples.append((Self.rank(of: entry), entry))
      if samples.count > Self.samplesPerKind,
        let last = samples.indices.max(by: { samples[$0].rank < samples[$1].rank })
      {
        samples.swapAt(last, samples.endIndex - 1)
        samples.removeLast()
      }
      content.samples[kind] = samples
    }
  }

  /// Runs of workflows, each as its exchanges in order; by their names.
  var calls: [[Entry]] {
    content.withLock { $0.scripted }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Exchanges of generated cases, by their ranks.
  var samples: [Entry] {
    content.withLock { $0.samples }.values.flatMap(\.self).sorted { $0.rank < $1.rank }.map(\.entry)
  }

  /// FNV-1a over what names the exchange.
  private static func rank(of entry: Entry) -> UInt64 {
    "\(entry.id) \(entry.linked.reference.id) \(entry.intent)".utf8.reduce(0xcbf2_9ce4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
  }
}
