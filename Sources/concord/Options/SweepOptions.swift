import ArgumentParser

/// Whether an audit builds on the one before.
struct SweepOptions: ParsableArguments {
  @Flag(help: "Read everything, and not only what has changed since the audit before.")
  var full = false
}
