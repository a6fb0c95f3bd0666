import ArgumentParser
import Contracts

/// `concord checks`: what every exchange is held to.
struct Checks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the checks that every exchange is held to.",
    discussion: """
      A check can be left out for one operation, or for a whole document, by naming it with a reason in the OpenAPI \
      document: x-concord-unchecked: {use-after-delete: orders are kept for the tax office}
      """)

  func run() {
    let entries = CheckCatalog.entries
    let width = entries.map(\.id.count).max() ?? 0
    for entry in entries {
      let gap = String(repeating: " ", count: width - entry.id.count + 2)
      StandardStreams.out.write("\(entry.id)\(gap)\(entry.summary)\n")
    }
  }
}
