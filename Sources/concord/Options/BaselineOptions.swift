import ArgumentParser

/// Which findings are known and accepted.
struct BaselineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "File of accepted findings, which do not fail the run; the stack's 'baseline' if not given.", valueName: "file"),
    completion: .file(extensions: ["yaml"]))
  var baseline: String?

  @Flag(help: "Accept nothing, whatever the stack names.")
  var noBaseline = false

  /// Which file is asked for.
  var choice: BaselineChoice { noBaseline ? .none : baseline.map { .file($0) } ?? .standard }

  func validate() throws {
    if baseline != nil, noBaseline { throw ValidationError("--baseline and --no-baseline exclude each other") }
  }
}

/// A baseline as a user chooses it.
enum BaselineChoice {
  /// The one that the stack description names, if any.
  case standard
  case file(String)
  case none
}
