import JSON
import YAMLSource

/// Turns the nodes of a data contract into values, reporting everything that does not fit.
struct ContractReader {
  let source: SourceDocument
  let sink: DiagnosticSink

  /// Reads the contract; with errors, as much of it as could be read.
  func read() -> DataContract? {
    var contract = mapping(source.root, "the data contract")
    guard contract.isMapping else { return nil }
    if let kind = contract.requiredString("kind"), kind != "DataContract" {
      sink.error("'kind' must be 'DataContract', found '\(kind)'", at: source.root["kind"]?.location)
    }
    let apiVersion = contract.requiredChoice("apiVersion", among: ["v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0"])
    let id = contract.requiredString("id")
    let version = contract.requiredString("version")
    let status = contract.requiredString("status")
    let custom = CustomProperties(&contract, of: .contract, into: sink)
    let servers = contract.list("servers").compactMap { server($0) }
    reportDuplicates("server", servers.map { ($0.name, $0.location) })
    let objects = contract.list("schema").compactMap { object($0) }
    reportDuplicates("object", objects.map { ($0.name, $0.location) })
    reportDuplicates("object id", objects.filter { $0.id != nil }.map { ($0.id ?? "", $0.location) })
    let levels = contract.list("slaProperties").compactMap { serviceLevel($0) }
    let tags = contract.strings("tags")
    let purpose = contract.optional("description").flatMap { self.purpose($0) }
    let name = contract.string("name")
    let domain = contract.string("domain")
    for key in ["tenant", "dataProduct", "slaDefaultElement", "contractCreatedTs"] { _ = contract.string(key) }
    contract.authoritativeDefinitions(into: sink)
    readPeople(&contract)
    contract.finish()
    return DataContract(
      file: source.file, id: id ?? "", name: name, version: version ?? "", status: status ?? "",
      apiVersion: apiVersion ?? "", domain: domain, purpose: purpose, servers: servers, objects: objects,
      serviceLevels: levels, tags: tags, custom: custom.values, source: source)
  }

  /// A reader of a mapping; the standard has no extension prefix.
  func mapping(_ node: SourceNode, _ what: String) -> MappingReader { MappingReader(node, what: what, into: sink) }

  /// Reports names that are used twice in one list.
  func reportDuplicates(_ what: String, _ names: [(name: String, location: SourceLocation)]) {
    var seen: [String: SourceLocation] = [:]
    for (name, location) in names {
      if let first = seen[name] {
        sink.error(
          "the \(what) '\(name)' is declared twice; it is already on line \(first.line)", at: location,
          remedy: "keep one of them, or rename one")
      } else {
        seen[name] = location
      }
    }
  }

  /// A stable id: `^[A-Za-z0-9_-]+$`.
  func stableID(_ mapping: inout MappingReader, in node: SourceNode) -> String? {
    guard let id = mapping.string("id") else { return nil }
    let isPlain =
      !id.isEmpty
      && id.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
    if !isPlain {
      sink.error(
        "the id '\(id)' cannot be used", at: node["id"]?.location, remedy: "use letters, digits, '_' and '-' only")
    }
    return id
  }

  private func purpose(_ node: SourceNode) -> String? {
    // The standard leaves this object open, so nothing in it is unknown.
    guard node.entries != nil else {
      sink.error("the description must be a mapping, found \(node.found)", at: node.location)
      return nil
    }
    return node["purpose"]?.string
  }

  // MARK: Servers

  private func server(_ node: SourceNode) -> ContractServer? {
    var server = mapping(node, "a server")
    let name = server.requiredString("server")
    let type = server.requiredChoice("type", among: Self.serverTypes)
    let summary = server.string("description")
    let environment = server.string("environment")
    _ = stableID(&server, in: node)
    _ = server.list("roles")
    let custom = CustomProperties(&server, of: .server, into: sink)
    let common = ["server", "type", "description", "environment", "id", "roles", "customProperties"]
    var details: [String: JSONValue] = [:]
    for entry in node.entries ?? [] where !common.contains(entry.key) { details[entry.key] = entry.value.json }
    switch type {
    case "postgres", "postgresql":
      for key in ["host", "database", "schema"] { _ = server.requiredString(key) }
      if server.has("port") { _ = server.int("port", in: 1...65_535) } else { _ = server.required("port") }
      server.finish()
    case "custom":
      for key in Self.customServerKeys { _ = server.optional(key) }
      server.finish()
    default: break  // Servers of other types are kept, not used: their many fields are not judged.
    }
    guard let name, let type else { return nil }
    return ContractServer(
      name: name, type: type, summary: summary, environment: environment, details: details, custom: custom.values,
      location: node.location)
  }

  private static let serverTypes = [
    "api", "athena", "azure", "bigquery", "clickhouse", "databricks", "denodo", "dremio", "duckdb", "glue", "cloudsql",
    "db2", "hive", "impala", "informix", "kafka", "kinesis", "local", "mysql", "oracle", "postgresql", "postgres",
    "presto", "pubsub", "redshift", "s3", "sftp", "snowflake", "sqlserver", "synapse", "trino", "vertica", "zen",
    "custom",
  ]

  private static let customServerKeys = [
    "account", "catalog", "database", "dataset", "delimiter", "endpointUrl", "format", "host", "location", "path",
    "port", "project", "region", "regionName", "schema", "serviceName", "stagingDir", "warehouse", "stream",
  ]

  // MARK: Service levels

  private func serviceLevel(_ node: SourceNode) -> ServiceLevel? {
    var level = mapping(node, "a service level")
    let property = level.requiredString("property")
    let value = level.required("value")
    let unit = level.string("unit")
    let element = level.string("element")
    let driver = level.string("driver")
    let summary = level.string("description")
    let extended = level.optional("valueExt")?.json
    let id = stableID(&level, in: node)
    for key in ["scheduler", "schedule"] { _ = level.string(key) }
    level.finish()
    guard let property, let value else { return nil }
    let elements = (element ?? "").split(separator: ",").map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    let result = ServiceLevel(
      id: id, property: property, value: value.json, extendedValue: extended, unit: unit, elements: elements,
      driver: driver,
      summary: summary, location: node.location)
    if property == "retention", result.duration == nil {
      sink.error(
        "a retention needs a whole number and a unit of time", at: value.location,
        remedy: "write 'value: 30' and 'unit: d'")
    }
    return result
  }

  // MARK: People

  /// Reads what is about people and prices: checked, and not used.
  private func readPeople(_ contract: inout MappingReader) {
    for node in contract.list("roles") { readRole(node) }
    for node in contract.list("support") {
      var channel = mapping(node, "a support channel")
      _ = channel.requiredString("channel")
      for key in ["id", "url", "description", "tool", "scope", "invitationUrl"] { _ = channel.string(key) }
      _ = CustomProperties(&channel, of: .contract, into: sink)
      channel.finish()
    }
    if let node = contract.optional("price") {
      var price = mapping(node, "the price")
      _ = price.number("priceAmount")
      for key in ["id", "priceCurrency", "priceUnit"] { _ = price.string(key) }
      price.finish()
    }
    guard let node = contract.optional("team") else { return }
    if let members = node.elements { return members.forEach(readTeamMember) }
    var team = mapping(node, "the team")
    for key in ["id", "name", "description"] { _ = team.string(key) }
    _ = team.strings("tags")
    _ = CustomProperties(&team, of: .contract, into: sink)
    team.authoritativeDefinitions(into: sink)
    team.list("members").forEach(readTeamMember)
    team.finish()
  }

  private func readTeamMember(_ node: SourceNode) {
    var member = mapping(node, "a member of the team")
    _ = member.requiredString("username")
    for key in ["id", "name", "description", "role", "dateIn", "dateOut", "replacedByUsername"] {
      _ = member.string(key)
    }
    _ = member.strings("tags")
    _ = CustomProperties(&member, of: .contract, into: sink)
    member.authoritativeDefinitions(into: sink)
    member.finish()
  }

  private func readRole(_ node: SourceNode) {
    var role = mapping(node, "a role")
    _ = role.requiredString("role")
    for key in ["id", "description", "access", "firstLevelApprovers", "secondLevelApprovers"] { _ = role.string(key) }
    _ = CustomProperties(&role, of: .contract, into: sink)
    role.finish()
  }
}

extension MappingReader {
  /// Reads `authoritativeDefinitions`: checked, and not used.
  mutating func authoritativeDefinitions(into sink: DiagnosticSink) {
    for node in list("authoritativeDefinitions") {
      var definition = MappingReader(node, what: "an authoritative definition", into: sink)
      _ = definition.requiredString("url")
      _ = definition.requiredString("type")
      for key in ["id", "description"] { _ = definition.string(key) }
      definition.finish()
    }
  }
}
