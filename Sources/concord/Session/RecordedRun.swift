import Contracts
import FoundationEssentials
import JSON
import RunModel
import YAMLSource

/// What `run.json` tells of a run that is to be repeated.
struct RecordedRun {
  /// Why it cannot be repeated.
  struct Problem: Error {
    let message: String
    let remedy: String
  }

  let seed: UInt64
  let dataset: DatasetChoice
  let stackFile: String
  let generation: GenerationLimits
  private let cases: [CaseID]

  /// Reads the report of a run.
  init(file: String) throws(Problem) {
    guard let data = try? Data(contentsOf: URL(filePath: file)) else {
      throw Problem(message: "there is no run at '\(file)'", remedy: "run 'concord run' first, or name one with --run")
    }
    guard let json = try? JSONValue(parsing: Array(data)), json["format"] == "concord-run",
      let run = json["run"], let seed = run["seed"]?.stringValue.flatMap({ UInt64($0) }),
      let stackFile = run["stackFile"]?.stringValue
    else {
      throw Problem(
        message: "'\(file)' is no report that can be repeated", remedy: "name the run.json of a run of this version")
    }
    self.seed = seed
    self.stackFile = stackFile
    let usual = GenerationLimits()
    generation = GenerationLimits(
      casesPerOperation: run["casesPerOperation"]?.intValue ?? usual.casesPerOperation,
      randomPerOperation: run["randomCases"]?.intValue ?? usual.randomPerOperation)
    dataset = run["dataset"]?.stringValue.map { .named($0) } ?? .none
    cases = (json["contracts"]?["cases"]?.arrayValue ?? []).compactMap { value in
      guard let suite = value["suite"]?.stringValue, let name = value["name"]?.stringValue else { return nil }
      return CaseID(suite: suite, name: name)
    }
  }

  /// The case with a name as it is printed.
  func caseID(named text: String) throws(Problem) -> CaseID {
    if let id = cases.first(where: { $0.description == text }) { return id }
    let near = suggestion(for: text, among: cases.map(\.description))
    throw Problem(
      message: "the run has no case '\(text)'",
      remedy: near.map { "did you mean '\($0)'?" } ?? "cases are named suite/name, as the reports print them")
  }
}
