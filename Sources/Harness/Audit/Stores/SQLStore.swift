/// A PostgreSQL store as a data contract sees it.
struct SQLStore: Sendable, Hashable {
  /// Name in the description of the stack.
  let name: String
  /// Schema that the contract's tables are in; nil leaves it to the store's search path.
  let schema: String?
}
