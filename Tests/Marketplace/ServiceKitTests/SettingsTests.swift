import Postgres
import Testing

@testable import ServiceKit

@Suite("Settings")
struct SettingsTests {
  private func read<T>(_ environment: [String: String], _ body: (EnvironmentReader) -> T) -> (T?, [String]) {
    do throws(SettingsError) {
      return (try EnvironmentReader.read(environment, for: "test-service", body), [])
    } catch {
      return (nil, error.issues.map { "\($0.variable): \($0.message)" })
    }
  }

  @Test("all problems are told at once, without values")
  func allProblems() {
    let environment = ["PORT": "70000", "USER_SERVICE_URL": "http://u:secret@h", "N": "x", "EMULATOR": "http://h:1"]
    let (_, issues) = read(environment) { reader in
      _ = reader.port(default: 1)
      _ = reader.serviceURL("USER_SERVICE_URL")
      _ = reader.serviceURL("ORDER_SERVICE_URL")
      _ = reader.integer("N", in: 1...5)
      _ = reader.string("NAME")
      _ = reader.hostAndPort("EMULATOR")
      _ = reader.milliseconds("WAIT", default: .seconds(1))
    }
    #expect(
      issues == [
        "PORT: must be an integer from 0 to 65535",
        "USER_SERVICE_URL: must be a URL such as http://127.0.0.1:3001, without path and credentials",
        "ORDER_SERVICE_URL: is required", "N: must be an integer from 1 to 5", "NAME: is required",
        "EMULATOR: must be host:port without a scheme, such as 127.0.0.1:8081",
      ])
  }

  @Test("defaults stand for what is unset or empty")
  func defaults() {
    let (values, issues) = read(["PORT": "", "URL": "http://h:1//"]) { reader in
      (reader.port(default: 3001), reader.serviceURL("URL"), reader.milliseconds("WAIT", default: .seconds(2)))
    }
    #expect(issues.isEmpty)
    #expect(values?.0 == 3001 && values?.1 == "http://h:1" && values?.2 == .seconds(2))
  }

  @Test("a database is read from parts or from a URL, and a password never needs quoting")
  func database() {
    let parts = ["DB_HOST": "db", "DB_PASSWORD": #"it's \ "odd""#]
    let (fromParts, _) = read(parts) { $0.postgres(defaultPort: 5433, database: "d", user: "u") }
    #expect(fromParts?.host == "db" && fromParts?.port == 5433 && fromParts?.database == "d" && fromParts?.user == "u")
    #expect(fromParts?.password == #"it's \ "odd""#)
    let url = ["DATABASE_URL": "postgresql://a:b@h:1234/x"]
    let (fromURL, _) = read(url) { $0.postgres(defaultPort: 5433, database: "d", user: "u") }
    #expect(fromURL?.host == "h" && fromURL?.port == 1234 && fromURL?.database == "x")
    let (_, missing) = read([:]) { $0.postgres(defaultPort: 5433, database: "d", user: "u") }
    #expect(missing == ["DB_PASSWORD: is required (or DATABASE_URL)"])
    let (_, broken) = read(["DATABASE_URL": "postgresql://h:port/x"]) {
      $0.postgres(defaultPort: 1, database: "d", user: "u")
    }
    #expect(broken.count == 1)
  }

  @Test("one setting bounds every wait for a database")
  func databasePatience() {
    let environment = ["DB_PASSWORD": "p", "DB_TIMEOUT_MS": "400"]
    let (impatient, _) = read(environment) { $0.postgres(defaultPort: 1, database: "d", user: "u") }
    #expect(impatient?.connectTimeout == .milliseconds(400) && impatient?.statementTimeout == .milliseconds(400))
    #expect(impatient?.lockTimeout == .milliseconds(400) && impatient?.responseTimeout == .milliseconds(800))
    let (patient, _) = read(["DB_PASSWORD": "p"]) { $0.postgres(defaultPort: 1, database: "d", user: "u") }
    #expect(patient?.connectTimeout == .seconds(2) && patient?.statementTimeout == .seconds(5))
    #expect(patient?.lockTimeout == .seconds(3) && patient?.responseTimeout == .seconds(10))
  }

  @Test("statements are planned for the tables as they are, unless the URL says otherwise")
  func plans() {
    func options(_ url: String) -> String? {
      read(["DATABASE_URL": url]) { $0.postgres(defaultPort: 1, database: "d", user: "u") }.0?
        .additionalOptions["options"]
    }
    #expect(options("postgresql://a:b@h/x") == "-c plan_cache_mode=force_custom_plan")
    // Of two values of one setting PostgreSQL takes the last.
    #expect(
      options("postgresql://a:b@h/x?options=-c%20plan_cache_mode%3Dauto")
        == "-c plan_cache_mode=force_custom_plan -c plan_cache_mode=auto")
  }
}
