/// The command line of `firestore-emulator`.
struct Options: Sendable, Hashable {
  var host = "127.0.0.1"
  /// 0 takes a free port.
  var port = 0
  var project = "demo-project"
  var watchesStandardInput = false

  /// What the command line asks for.
  enum Request: Sendable, Hashable {
    case run(Options)
    case help
    case refuse(String)
  }

  static let usage = """
    usage: firestore-emulator [--host HOST] [--port PORT] [--project ID] [--watch-stdin]

      --host HOST     address to listen on (default 127.0.0.1)
      --port PORT     port to listen on; 0, the default, takes a free one
      --project ID    project of Firebase Auth calls with an API key (default demo-project)
      --watch-stdin   end when standard input closes
      --help          print this

    Serves Firestore and Firebase Auth over HTTP on one port, data in memory, and prints "ready HOST:PORT" when it does.
    Clients find it through FIRESTORE_EMULATOR_HOST and FIREBASE_AUTH_EMULATOR_HOST.
    """

  /// Reads arguments, as `--name value` or `--name=value`.
  static func parse(_ arguments: [String]) -> Request {
    var options = Options()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      switch parts[0] {
      case "--help", "-h": return .help
      case "--watch-stdin" where parts.count == 1: options.watchesStandardInput = true
      case "--host", "--port", "--project":
        guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty else {
          return .refuse("error: \(parts[0]) needs a value")
        }
        if parts[0] == "--host" { options.host = value }
        if parts[0] == "--project" { options.project = value }
        if parts[0] == "--port" {
          guard let port = UInt16(value) else { return .refuse("error: --port must be 0...65535, found \"\(value)\"") }
          options.port = Int(port)
        }
      default: return .refuse("error: unknown option \"\(argument)\"")
      }
    }
    return .run(options)
  }
}
