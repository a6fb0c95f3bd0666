import DataContract
package import RunModel
package import YAMLSource

/// The rules of a set of data contracts, checked against the stack and ready to be evaluated.
package struct AuditRules: Sendable {
  let rules: [AuditRule]
  /// The objects whose rows name the request that wrote them.
  let requestLogs: [RequestLog]
  /// The contracts that they were compiled from.
  let contracts: DataContractSet
  /// The stores of the stack.
  let components: [Component]

  /// Loads contracts and compiles their relationships and quality rules.
  ///
  /// - Parameter stores: the stores of the stack; a contract finds its store by the name of its server.
  /// - Returns: the rules, absent when there is an error, and every problem with its position.
  package static func load(
    files: [String], stores: [Component], loader: SourceLoader
  ) -> (AuditRules?, [Diagnostic]) {
    let (set, diagnostics) = DataContractSet.load(files: files, loader: loader)
    guard let set else { return (nil, diagnostics) }
    let compiler = RuleCompiler(contracts: set, stores: stores)
    let rules = compiler.compile()
    let logs = compiler.requestLogs()
    let all = diagnostics + compiler.sink.diagnostics
    let compiled = AuditRules(rules: rules, requestLogs: logs, contracts: set, components: stores)
    return (all.hasErrors ? nil : compiled, all.inReadingOrder())
  }

  /// The rules as reports announce them.
  package var plan: AuditPlan { AuditPlan(rules: rules.map(\.description)) }
}
