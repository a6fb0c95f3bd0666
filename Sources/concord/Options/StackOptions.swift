import ArgumentParser

/// Which stack a command is about.
struct StackOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp("The stack description.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var stack = "contracts/stack.yaml"
}
