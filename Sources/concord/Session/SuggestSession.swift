import ArgumentParser
import Audit
import RFC3339

/// `concord suggest`: brings the stack up, looks, takes it down, and prints what may be missing.
struct SuggestSession {
  let stackFile: String
  let dataset: DatasetChoice

  /// Looks and prints; the exit code tells only whether it could look.
  func perform() async throws {
    let plan = try await Plan.load(stackFile: stackFile, dataset: dataset, contracts: nil)
    let suggestions = try await StackVisit(plan: plan).run { stores in
      await plan.rules.suggestions(stores: stores, clock: SystemWallClock())
    }
    StandardStreams.out.write(Self.text(suggestions))
  }

  private static func text(_ suggestions: [RelationshipSuggestion]) -> String {
    guard !suggestions.isEmpty else { return "no column speaks for a relationship that the contracts lack\n" }
    let blocks = suggestions.map { suggestion in
      """
      \(suggestion.from) → \(suggestion.to): \(suggestion.reason)
        at \(suggestion.location):
          relationships:
            - to: \(suggestion.reference)

      """
    }
    let count = suggestions.count
    return blocks.joined(separator: "\n") + "\n\(count) relationship\(count == 1 ? "" : "s") may be missing\n"
  }
}
