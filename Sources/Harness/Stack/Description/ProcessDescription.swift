package import YAMLSource

/// A command of the user's that runs a store or a service.
package struct ProcessDescription: Sendable {
  /// A variable of its environment.
  package struct Variable: Sendable {
    package let name: String
    package let value: VariableTemplate
  }

  /// Program and arguments; at least the program.
  package let command: [VariableTemplate]
  /// What is added to the environment of Concord.
  package let environment: [Variable]
  /// Folder to run in; relative to the folder of `stack.yaml`.
  package let directory: VariableTemplate?
  /// The port that the command listens on, whatever it is told; nil when it listens on the one that it is told.
  package let fixedPort: Int?
  /// Where the file describes it.
  package let location: SourceLocation
}
