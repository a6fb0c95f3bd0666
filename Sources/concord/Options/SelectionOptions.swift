import ArgumentParser
import Contracts
import YAMLSource

/// Which cases run, and how long they may take.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("service"), help: ArgumentHelp("Only cases of this service; may be repeated.", valueName: "name"))
  var services: [String] = []

  @Option(
    name: .customLong("operation"),
    help: ArgumentHelp("Only cases of this operation; may be repeated.", valueName: "id"))
  var operations: [String] = []

  @Option(name: .customLong("workflow"), help: ArgumentHelp("Only this workflow; may be repeated.", valueName: "id"))
  var workflows: [String] = []

  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("Only cases of operations with this tag; may be repeated.", valueName: "tag"))
  var tags: [String] = []

  @Option(
    help: ArgumentHelp("One part of all suites, for machines that share the work: 1/4 to 4/4.", valueName: "i/n"),
    transform: { text in
      guard let shard = CaseSelection.Shard(text) else {
        throw ValidationError("a part is written i/n, with i from 1 to n, such as 2/4")
      }
      return shard
    })
  var shard: CaseSelection.Shard?

  @Option(help: ArgumentHelp("At most so many cases; workflows are never cut short.", valueName: "number"))
  var maxCases: Int?

  @Option(
    help: ArgumentHelp(
      "Generated cases of one operation, at most: 100 if not given; 0 generates none.", valueName: "number"))
  var casesPerOperation: Int?

  @Option(
    help: ArgumentHelp(
      "Random requests of one operation, and as many that break a constraint; they follow from the seed.",
      valueName: "number"))
  var randomCases = GenerationLimits().randomPerOperation

  @Flag(help: "Leave the rest out after the first case that does not pass.")
  var failFast = false

  @Option(
    help: ArgumentHelp("Time that a service has for one answer.", valueName: "duration"),
    transform: { text in
      guard let duration = Duration(text), duration > .zero else {
        throw ValidationError("a duration is a whole number and a unit: 500ms, 10s, 1m")
      }
      return duration
    })
  var timeout: Duration?

  /// The selection as the suites understand it.
  var selection: CaseSelection {
    var selection = CaseSelection()
    selection.services = services
    selection.operations = operations
    selection.workflows = workflows
    selection.tags = tags
    selection.shard = shard
    selection.maximumCases = maxCases
    return selection
  }

  /// All of it, for a session.
  var settings: ContractSettings {
    ContractSettings(
      selection: selection, generation: generation, limits: limits,
      fewerCases: fewerCases)
  }

  /// The options that ask for fewer generated cases than usual, if any do.
  private var fewerCases: String? {
    let usual = GenerationLimits()
    var words: [String] = []
    if let casesPerOperation, casesPerOperation < usual.casesPerOperation {
      words.append("--cases-per-operation \(casesPerOperation)")
    }
    if randomCases < usual.randomPerOperation { words.append("--random-cases \(randomCases)") }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// How many cases are generated.
  var generation: GenerationLimits {
    GenerationLimits(
      casesPerOperation: casesPerOperation ?? GenerationLimits().casesPerOperation, randomPerOperation: randomCases)
  }

  /// What the run may take.
  var limits: ContractLimits {
    var limits = ContractLimits(failures: failFast ? 1 : nil)
    if let timeout {
      limits.answerTime = timeout
      limits.probeTime = min(limits.probeTime, timeout)
    }
    return limits
  }

  func validate() throws {
    if let maxCases, maxCases < 1 { throw ValidationError("--max-cases is at least 1") }
    if randomCases < 0 { throw ValidationError("--random-cases is at least 0") }
    if let casesPerOperation, casesPerOperation < 0 { throw ValidationError("--cases-per-operation is at least 0") }
  }
}
