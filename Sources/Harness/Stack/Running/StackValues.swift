/// The values of the variables that texts of `stack.yaml` use, as far as they are known.
struct StackValues: Sendable {
  /// Folder of the Concord programs, absolute.
  let binaries: String
  /// Folder of `stack.yaml`, absolute.
  let stackFolder: String
  var stores: [String: [StackVariable.StoreProperty: String]] = [:]
  var services: [String: [StackVariable.ServiceProperty: String]] = [:]
  /// Passwords that a service may be told and must not reach a log: those of stores that are not the run's own.
  var secrets: [String] = []

  /// A text with its variables replaced; those of a component itself only where `port` is given.
  func expand(_ template: VariableTemplate, port: Int? = nil) throws(StackError) -> String {
    try template.expanded { variable throws(StackError) in
      let value: String? =
        switch variable {
        case .binaries: binaries
        case .stackFolder: stackFolder
        case .ownPort: port.map(String.init)
        case .ownAddress: port.map { "127.0.0.1:\($0)" }
        case .store(let name, let property): stores[name]?[property]
        case .service(let name, let property): services[name]?[property]
        }
      guard let value else {
        throw StackError(.component, "a variable has no value yet", location: template.location)
      }
      return value
    }
  }

  /// A path relative to the folder of `stack.yaml`.
  func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(stackFolder)/\(path)" }
}
