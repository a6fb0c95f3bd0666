import ArgumentParser
import Contracts
import RunModel

/// `concord strength`: what the suites would notice.
struct Strength: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the contracts, then tells which defects of the services no check would notice.",
    discussion: """
      Every kind of answer of the run is given defects, one at a time: members are missing, numbers are off by one, \
      lists come in reverse order. What judged the answer judges each of these mutants again, without the network. \
      Mutants that nobody notices show what the suites do not look at. Reports as of 'concord contracts', and \
      strength.json.
      """)

  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions
  @OptionGroup var seed: SeedOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup var report: ReportOptions

  @Option(help: ArgumentHelp("Fail when less of the mutations is noticed.", valueName: "percent"))
  var minScore: Double = 0

  @Flag(help: "List the mutations too that go into later requests.")
  var listCarried = false

  @Flag(help: "List the kinds of mutations, and run nothing.")
  var listMutations = false

  func validate() throws {
    guard (0...100).contains(minScore) else { throw ValidationError("--min-score is a percentage, from 0 to 100") }
  }

  func run() async throws {
    if listMutations {
      let width = MutationOperator.allCases.map(\.rawValue.count).max() ?? 0
      for mutation in MutationOperator.allCases {
        let gap = String(repeating: " ", count: width - mutation.rawValue.count + 2)
        StandardStreams.out.write("\(mutation.rawValue)\(gap)\(mutation.summary)\n")
      }
      return
    }
    let run = try RunSession(
      phases: [.boot, .contracts], stackFile: stack.stack, dataset: dataset.choice, seed: seed.seed, report: report,
      contracts: selection.settings)
    try await StrengthSession(run: run, minimum: minScore, listsCarried: listCarried).perform()
  }
}
