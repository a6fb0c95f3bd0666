import JSON
package import YAMLSource

/// What an import writes: files of the folder of contracts, and what to tell about them.
package struct ImportedStack: Sendable {
  /// A file to be written.
  package struct File: Sendable, Hashable {
    /// Path below the folder of contracts.
    package let path: String
    package let text: String

    /// Names a file with its text.
    package init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// Name of the service.
  package let service: String
  /// All files but the stack description.
  package let files: [File]
  /// A whole stack description with this service alone.
  package let stack: String
  /// What an existing stack description needs, to be pasted into it.
  package let entry: String
  /// What could not be carried over, one sentence each.
  package let remarks: [String]
}

/// Why nothing can be imported.
package struct ImportProblem: Error, Sendable {
  package let problems: [Diagnostic]

  init(_ message: String, remedy: String? = nil) {
    problems = [Diagnostic(location: nil, message: message, remedy: remedy)]
  }

  init(_ problems: [Diagnostic]) { self.problems = problems }
}

/// Writes the description of a stack that is one service somewhere.
struct StackText {
  let service: String
  /// Path of the document, relative to the description.
  let document: String
  let baseURL: String
  let inputs: [Credentials.Input]

  /// The whole file.
  var whole: String {
    var yaml = YAMLText()
    yaml.comment(0, "Written by concord import: the service is tested where it already runs.")
    yaml.line(0, "concord: 1")
    yaml.member(0, "name", .string(service))
    yaml.line(0, "")
    yaml.line(0, "contracts:")
    yaml.line(1, "workflows: workflows/*.arazzo.yaml")
    yaml.line(0, "")
    return yaml.text + entry
  }

  /// What an existing file needs.
  var entry: String {
    var yaml = YAMLText()
    if !inputs.isEmpty {
      yaml.line(0, "inputs:")
      for input in inputs { yaml.member(1, input.name, .string("${env.\(input.variable)}")) }
      yaml.line(0, "")
    }
    yaml.line(0, "services:")
    yaml.line(1, "\(YAMLText.scalar(.string(service))):")
    yaml.member(2, "openapi", .string(document))
    let variable = Identifier.kebab("\(service) url").replacing("-", with: "_").uppercased()
    yaml.line(2, "external: {url: \"${env.\(variable):-\(baseURL)}\"}")
    return yaml.text
  }
}
