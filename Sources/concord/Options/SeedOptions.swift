import ArgumentParser

/// The one source of everything random.
struct SeedOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Repeats the run that printed this seed.", valueName: "number"))
  var seed: UInt64?
}
