import JSON
import Testing
import YAMLSource

@testable import Stack

@Suite("Reading stack.yaml")
struct StackDescriptionTests {
  /// Files by path, beside `dir/stack.yaml`.
  static let files = [
    "dir/apis/a.openapi.yaml", "dir/apis/b.openapi.yaml", "dir/workflows/x.arazzo.yaml", "dir/workflows/y.arazzo.yaml",
    "dir/workflows/notes.txt", "dir/data/d.odcs.yaml", "fixtures/init.sql", "fixtures/clean/db.sql",
    "fixtures/clean/users.json", "fixtures/clean/README.md", "fixtures/more/db.sql",
  ]

  static func list(_ folder: String) throws -> [String] {
    let prefix = folder == "." ? "" : folder + "/"
    let names = Set(
      files.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count).split(separator: "/")[0]) })
    guard !names.isEmpty else { throw SystemFailure("list \(folder)", 2) }
    return names.sorted()
  }

  static func load(
    _ yaml: String, environment: [String: String]? = [:], extra: [String] = []
  ) -> (StackDescription?, [String]) {
    let (description, diagnostics) = StackDescription.load(
      file: "dir/stack.yaml", loader: SourceLoader(files: ["dir/stack.yaml": yaml]), environment: environment,
      listFiles: { try list($0) })
    return (description, diagnostics.map(\.description))
  }

  private static let whole = """
    concord: 1
    name: shop
    contracts: { workflows: workflows/*.arazzo.yaml, data: [data/*.odcs.yaml] }
    inputs: { email: a@b.example, secret: "${env.SECRET}", count: 3, list: ["${env.SECRET}x"] }
    datasets: { clean: ../fixtures/clean, both: [../fixtures/clean, ../fixtures/more] }
    dataset: clean
    stores:
      users: { kind: firestore, project: dev, embedded: {} }
      db:
        kind: postgresql
        embedded: { database: d, user: u, password: p, init: ../fixtures/init.sql, port: 5433 }
      old: { kind: postgresql, external: { url: "${env.OLD:-postgresql://h/d}", replica: "postgresql://copy/d", writable: true } }
    services:
      a:
        openapi: apis/a.openapi.yaml
        process:
          command: ["${concord.bin}/a", --flag]
          directory: ..
          environment: { PORT: "${self.port}", DB: "${stores.db.url}", B: "${services.b.url}", PLAIN: "$${x} $5" }
        ready: { path: /ready, status: 204, within: 500ms }
        needs: [b, users]
      b: { external: { url: "http://b.example" } }
    """

  @Test("a whole description is read as it is meant")
  func whole() throws {
    let (loaded, diagnostics) = Self.load(Self.whole, environment: ["SECRET": "s3"])
    #expect(diagnostics.isEmpty)
    let stack = try #require(loaded)
    #expect(stack.name == "shop")
    #expect(stack.workflowFiles == ["dir/workflows/x.arazzo.yaml", "dir/workflows/y.arazzo.yaml"])
    #expect(stack.dataContractFiles == ["dir/data/d.odcs.yaml"])
    #expect(stack.inputs == ["email": "a@b.example", "secret": "s3", "count": 3, "list": ["s3x"]])
    #expect(stack.datasets == ["clean": ["fixtures/clean"], "both": ["fixtures/clean", "fixtures/more"]])
    #expect(stack.defaultDataset == "clean")
    #expect(stack.stores.map(\.name) == ["users", "db", "old"])
    guard case .postgresql(.embedded(let scratch, let port)) = stack.stores[1].kind else {
      Issue.record("not embedded")
      return
    }
    #expect(scratch == ScratchDatabase(database: "d", user: "u", password: "p", initScript: "fixtures/init.sql"))
    #expect(port == 5433)
    guard case .postgresql(.external(let url, .some, true)) = stack.stores[2].kind else {
      Issue.record("not external and writable")
      return
    }
    #expect(url.parts == [.literal("postgresql://h/d")])
    let a = stack.services[0]
    #expect(a.openapi == "dir/apis/a.openapi.yaml")
    #expect(a.readiness == .init(path: "/ready", status: .exactly(204), limit: .milliseconds(500)))
    #expect(a.needs == ["b", "users"])
    guard case .process(let process) = a.source else {
      Issue.record("not a process")
      return
    }
    #expect(process.command[0].parts == [.variable(.binaries), .literal("/a")])
    #expect(process.environment.map(\.name) == ["PORT", "DB", "B", "PLAIN"])
    #expect(process.environment[1].value.parts == [.variable(.store("db", .url))])
    #expect(process.environment[2].value.parts == [.variable(.service("b", .url))])
    #expect(process.environment[3].value.parts == [.literal("${x} $5")])
    #expect(stack.services[1].readiness.status == .any)
  }

  @Test("external stores are read-only unless they say otherwise, the run's own are not")
  func writable() throws {
    let (loaded, _) = Self.load(
      """
      concord: 1
      name: s
      stores:
        a: { kind: postgresql, external: { url: "postgresql://h/d" } }
        b: { kind: firestore, project: p, external: { address: "h:1" } }
        c: { kind: postgresql, embedded: { database: d, user: u, password: p } }
      """)
    #expect(try #require(loaded).stores.map(\.isWritable) == [false, false, true])
  }

  @Test("everything that is wrong is reported at once, with place and suggestion")
  func manyMistakes() {
    let (loaded, diagnostics) = Self.load(
      """
      concord: 2
      name: s
      datasets: { clean: ../fixtures/claen }
      dataset: clan
      stores:
        db:
          kind: postgresl
          embedded: {}
        users:
          kind: firestore
          embeded: {}
        both: { kind: postgresql, embedded: { database: d, user: u, password: p }, external: { url: x } }
      services:
        a:
          openapi: apis/c.openapi.yaml
          process:
            command: [run, "${stores.dv.url}", "${self.prt}", "${services.bakend.url}", "${env.MISSING}"]
          needs: [bakend]
          redy: {}
        backend: { external: { url: "${self.port}" } }
      """)
    #expect(loaded == nil)
    let all = diagnostics.joined(separator: "\n")
    for expected in [
      "dir/stack.yaml:1:10: error: 'concord' is the version of this format and must be 1",
      "no folder 'fixtures/claen'", "there is no dataset 'clan'\n  did you mean 'clean'?",
      "cannot be 'postgresl'\n  did you mean 'postgresql'?", "the store 'users' lacks 'project'",
      "unknown key 'embeded'\n  did you mean 'embedded'?", "found 'embedded' and 'external'",
      "no file 'dir/apis/c.openapi.yaml'\n  did you mean 'a.openapi.yaml'?", "there is no store 'dv'",
      "unknown variable '${self.prt}'\n  did you mean 'self.port'?", "there is no service 'bakend'",
      "the environment variable MISSING is not set",
      "needs 'bakend', which is neither a store nor a service\n  did you mean 'backend'?",
      "unknown key 'redy'\n  did you mean 'ready'?", "unknown variable '${self.port}'",
    ] { #expect(all.contains(expected), "\(expected)") }
    #expect(diagnostics.allSatisfy { $0.hasPrefix("dir/stack.yaml:") })
  }

  @Test("all missing variables of the environment are reported, and none when there is no environment to check")
  func environment() {
    let yaml = """
      concord: 1
      name: s
      inputs: { a: "${env.ONE}", b: "${env.TWO:-2}" }
      services:
        x: { external: { url: "${env.THREE}" } }
      """
    let (_, diagnostics) = Self.load(yaml)
    #expect(diagnostics.count == 2)
    #expect(diagnostics[0].contains("ONE") && diagnostics[1].contains("THREE"))
    #expect(Self.load(yaml, environment: nil).1.isEmpty)
  }

  @Test("a Firestore store's project and database take variables of the environment")
  func firestoreIdentity() throws {
    let yaml = """
      concord: 1
      name: s
      stores:
        users:
          kind: firestore
          project: "${env.PROJECT:-shop-dev}"
          database: "${env.DATABASE:-(default)}"
          embedded: {}
      """
    for (environment, project, database) in [
      ([:], "shop-dev", "(default)"), (["PROJECT": "shop", "DATABASE": "eu"], "shop", "eu"),
    ] {
      let (loaded, diagnostics) = Self.load(yaml, environment: environment)
      #expect(diagnostics.isEmpty)
      guard case .firestore(project, database, .embedded) = try #require(loaded?.stores.first).kind else {
        Issue.record("not the store that the environment names")
        continue
      }
    }
    #expect(Self.load(yaml, environment: ["PROJECT": ""]).1 == ["dir/stack.yaml:6:14: error: 'project' is empty"])
  }

  @Test(
    "a project that cannot be settled when the file is read is an error where it stands",
    arguments: [
      ("${env.MISSING}", "the environment variable MISSING is not set"), ("${env.X", "a variable is not closed"),
      ("${env.a-b}", "'a-b' cannot be the name of an environment variable"),
      ("${self.port}", "unknown variable '${self.port}'"),
      ("${concord.bin}", "only variables of the environment can be used in 'project'"),
    ])
  func unsettledProject(_ text: String, _ problem: String) {
    let (loaded, diagnostics) = Self.load(
      """
      concord: 1
      name: s
      stores:
        users: { kind: firestore, project: "\(text)", embedded: {} }
      """)
    #expect(loaded == nil)
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.hasPrefix("dir/stack.yaml:4:38: error: \(problem)") == true, "\(diagnostics)")
  }

  @Test("a variable in a text that takes none is an error that says so, where it stands")
  func variablesWhereNoneAreTaken() {
    let (_, diagnostics) = Self.load(
      """
      concord: 1
      name: "${env.N}"
      x-note: "${anything}"
      contracts: { workflows: "${env.W}" }
      datasets: { clean: "${env.C}" }
      stores:
        db: { kind: postgresql, embedded: { database: d, user: u, password: "${env.P}" } }
      services:
        a:
          openapi: "${env.O}"
          process: { command: [run, "${self.port}"] }
          ready: { path: "/${env.R}" }
      """, environment: nil)
    for (line, key) in [(2, "name"), (4, "workflows"), (5, "clean"), (7, "password"), (10, "openapi"), (12, "path")] {
      let found = diagnostics.filter {
        $0.hasPrefix("dir/stack.yaml:\(line):") && $0.contains("error: '\(key)' takes no variables")
      }
      #expect(found.count == 1, "\(key): \(diagnostics)")
    }
    #expect(diagnostics.count { $0.contains("takes no variables") } == 6)
  }

  @Test("services that need each other in a circle are reported once, with the circle")
  func circle() {
    func service(_ name: String, _ needs: String) -> String {
      "  \(name): { process: { command: [x, \"${self.port}\"] }, needs: [\(needs)] }\n"
    }
    let (_, diagnostics) = Self.load(
      "concord: 1\nname: s\nservices:\n" + service("a", "b") + service("b", "c") + service("c", "a") + service("d", "a")
    )
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.contains("a → b → c → a") == true)
    #expect(diagnostics.first?.hasPrefix("dir/stack.yaml:4:3:") == true)
  }

  @Test("a service that uses another's address does not need it")
  func mutualAddresses() {
    let (loaded, diagnostics) = Self.load(
      """
      concord: 1
      name: s
      services:
        a: { process: { command: [x, "${self.port}", "${services.b.url}"] } }
        b: { process: { command: [x, "${self.port}", "${services.a.url}"] } }
      """)
    #expect(diagnostics.isEmpty)
    #expect(loaded?.services.allSatisfy { $0.needs.isEmpty } == true)
  }

  @Test("a command that is not told its port is refused, unless it says which one it uses")
  func port() {
    func stack(_ process: String) -> [String] {
      Self.load("concord: 1\nname: s\nservices:\n  a: { process: { command: [x]\(process) } }\n").1
    }
    #expect(stack("").first?.contains("does not say how the command learns its port") == true)
    #expect(stack(", port: 3001").isEmpty)
    #expect(stack(", environment: { ADDR: \"${self.address}\" }").isEmpty)
  }

  @Test("names are short, plain and used once")
  func names() {
    let (_, diagnostics) = Self.load(
      """
      concord: 1
      name: s
      stores: { Users: { kind: firestore, project: p, embedded: {} }, a: { kind: firestore, project: p, embedded: {} } }
      services: { a: { external: { url: "http://h" } } }
      """)
    #expect(diagnostics.contains { $0.contains("'Users' cannot be the name") })
    #expect(diagnostics.contains { $0.contains("the name 'a' is used twice") })
  }

  @Test("a store that refers to another is told why it cannot")
  func storeReference() {
    let (_, diagnostics) = Self.load(
      """
      concord: 1
      name: s
      stores:
        a:
          kind: postgresql
          process: { command: [x, "${stores.b.port}"], url: "postgresql://h/d", port: 5432 }
        b: { kind: firestore, project: p, embedded: {} }
      """)
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.contains("stores are started first") == true)
  }

  @Test(
    "dataset files must belong to a store and fit its kind",
    arguments: [
      ("users.sql", "name it 'users.json'"), ("usres.json", "did you mean 'users.json'?"), ("db.sql", nil),
      ("README.md", nil),
    ])
  func datasetFiles(name: String, remedy: String?) throws {
    let stores = try #require(Self.load(Self.whole, environment: ["SECRET": ""]).0).stores
    let problem = DatasetFile.problem(with: name, stores: stores)
    #expect(problem?.remedy == remedy)
    #expect((problem == nil) == (remedy == nil))
  }

  @Test(
    "patterns match as in a shell",
    arguments: [
      ("a.yaml", "*.yaml", true), (".a.yaml", "*.yaml", false), ("a.yml", "*.yaml", false), ("abc", "a*b*c", true),
      ("abd", "a*c", false), ("ab", "a?", true), ("a", "a?", false),
      ("aaaaaaaaaaaaaaaaaaaaaaaaaaab", "a*a*a*a*a*c", false),
    ])
  func patterns(name: String, pattern: String, matches: Bool) {
    #expect(StackFiles.matches(name, pattern) == matches)
  }

  @Test("paths are taken from the folder of the file")
  func paths() {
    let files = StackFiles(stackFile: "a/b/stack.yaml", list: { _ in [] })
    #expect(files.resolve("../x/./y") == "a/x/y")
    #expect(files.resolve("../../../x") == "../x")
    #expect(files.resolve("/x/../y") == "/y")
    #expect(StackFiles(stackFile: "stack.yaml", list: { _ in [] }).resolve("../x") == "../x")
    #expect(StackFiles(stackFile: "/stack.yaml", list: { _ in [] }).resolve("x") == "/x")
  }
}
