import JSON
import YAMLSource

extension ArazzoReader {
  /// The extension of a step that looks into stores.
  static let readsKey = "x-concord-reads"
  /// The extension of a workflow that names the steps to be run at its end in any case.
  static let afterKey = "x-concord-after"

  /// Longer waits belong into the workflow, as steps that are retried.
  private static let longestPatience = Duration.seconds(300)

  /// What a step reads from stores.
  func reads(of step: SourceNode) -> [StoreRead] {
    guard let node = step[Self.readsKey] else { return [] }
    guard let elements = node.elements else {
      sink.error(
        "'\(Self.readsKey)' must be a list, found \(node.found)", at: node.location,
        remedy: "write a list of {store, sql, successCriteria}")
      return []
    }
    return elements.compactMap(read)
  }

  private func read(_ node: SourceNode) -> StoreRead? {
    var mapping = mapping(node, "a read")
    let store = mapping.requiredString("store")
    let query = query(&mapping, node)
    let patience = mapping.duration("within") ?? .zero
    if patience > Self.longestPatience {
      sink.error("'within' of a read is at most 5 minutes", at: mapping.keyLocation("within"))
    }
    let criteria = criteria(&mapping, "successCriteria", mustHaveOne: true)
    let outputs = outputs(&mapping)
    if !mapping.has("successCriteria"), outputs.isEmpty {
      sink.error(
        "a read neither demands nor hands out anything", at: node.location, remedy: "add 'successCriteria' or 'outputs'"
      )
    }
    mapping.finish()
    guard let store, let query else { return nil }
    return StoreRead(
      store: store, query: query, patience: patience, successCriteria: criteria, outputs: outputs,
      location: node.location)
  }

  private func query(_ mapping: inout MappingReader, _ node: SourceNode) -> StoreRead.Query? {
    let sql = mapping.string("sql"), document = mapping.string("document"), collection = mapping.string("collection")
    let conditions = mapping.members("where")
    let kinds = ["sql", "document", "collection"].filter { mapping.has($0) }
    guard kinds.count == 1, let location = node[kinds[0]]?.location else {
      sink.error(
        kinds.isEmpty
          ? "a read lacks what it reads" : "a read asks for one thing, found \(kinds.joined(separator: " and "))",
        at: kinds.count > 1 ? mapping.keyLocation(kinds[1]) : node.location,
        remedy: "give it 'sql' for PostgreSQL, 'document' or 'collection' for Firestore")
      return nil
    }
    if mapping.has("where"), collection == nil {
      sink.error("'where' is only for a 'collection'", at: mapping.keyLocation("where"))
    }
    guard let text = sql ?? document ?? collection else { return nil }
    let query: ExpressionTemplate
    do {
      query = try ExpressionTemplate(parsing: text)
    } catch {
      report(error, at: location)
      return nil
    }
    if sql != nil { return .sql(query) }
    if document != nil { return .document(query) }
    return .collection(
      query,
      where: conditions.compactMap { entry in
        template(entry.value).map { ValueTemplate.Member(key: entry.key, value: $0) }
      })
  }

  /// The ids of the steps that run at the end of a workflow in any case.
  func afterSteps(of workflow: SourceNode) -> [AfterStep] {
    guard let node = workflow[Self.afterKey] else { return [] }
    guard let elements = node.elements else {
      sink.error(
        "'\(Self.afterKey)' must be a list, found \(node.found)", at: node.location,
        remedy: "write a list of the ids of steps")
      return []
    }
    return elements.compactMap { element in
      guard let id = element.string else {
        sink.error("a step is named by its id, found \(element.found)", at: element.location)
        return nil
      }
      return AfterStep(id: id, location: element.location)
    }
  }
}
