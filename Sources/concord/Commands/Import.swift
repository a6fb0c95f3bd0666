import ArgumentParser

/// `concord import`: first contracts from what a team already has.
struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes first workflows and a stack entry from an OpenAPI document or a Postman collection.",
    discussion: "What is written is a beginning, meant to be edited; no file is replaced without --force.",
    subcommands: [ImportOpenAPI.self, ImportPostman.self])
}

/// Where an import goes.
struct ImportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Name of the service in the stack; from the title if not given.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("Where the service is reached.", valueName: "url"))
  var baseURL: String?

  @Option(help: ArgumentHelp("The folder of contracts.", valueName: "folder"), completion: .directory)
  var output = "contracts"

  @Flag(help: "Replace files that are there.")
  var force = false

  func validate() throws {
    if let name, name.isEmpty || !name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) {
      throw ValidationError("--name has letters, digits and hyphens only")
    }
    if let baseURL, !baseURL.hasPrefix("http://"), !baseURL.hasPrefix("https://") {
      throw ValidationError("--base-url begins with http:// or https://")
    }
  }
}

/// `concord import openapi`.
struct ImportOpenAPI: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "openapi", abstract: "Imports an OpenAPI document, from a file or from where a service shows it.")

  @Argument(help: ArgumentHelp("A file, or a URL.", valueName: "file|url"))
  var source: String

  @OptionGroup var options: ImportOptions

  func run() async throws {
    try await ImportSession(options: options).importOpenAPI(source)
  }
}

/// `concord import postman`.
struct ImportPostman: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postman", abstract: "Imports a Postman collection (format 2.0 or 2.1).",
    discussion: """
      Each folder becomes a workflow, each request a step; tests of statuses and values become criteria, variables that \
      scripts set become outputs. What cannot be translated stays in the files as a comment. Without --openapi, a first \
      OpenAPI document is written from the requests and their saved answers.
      """)

  @Argument(help: ArgumentHelp("The exported collection.", valueName: "file"), completion: .file(extensions: ["json"]))
  var file: String

  @Option(
    name: .customLong("openapi"),
    help: ArgumentHelp("The service's OpenAPI document, if it has one.", valueName: "file"), completion: .file())
  var openAPI: String?

  @OptionGroup var options: ImportOptions

  func run() async throws {
    try await ImportSession(options: options).importPostman(file, openAPI: openAPI)
  }
}
