import Testing

@testable import Postgres

@Suite("Configurations and connection strings")
struct PostgresConfigurationTests {
  @Test("a URI is read")
  func uri() throws {
    let configuration = try PostgresConfiguration(
      connectionString: "postgresql://us%40er:p%3Aw@db.example:5433/shop?sslmode=require&connect_timeout=3"
        + "&application_name=audit&target_session_attrs=any"
    )
    #expect(configuration.host == "db.example")
    #expect(configuration.port == 5433)
    #expect(configuration.user == "us@er")
    #expect(configuration.password == "p:w")
    #expect(configuration.database == "shop")
    #expect(configuration.sslMode == .require)
    #expect(configuration.connectTimeout == .seconds(3))
    #expect(configuration.applicationName == "audit")
    #expect(configuration.additionalOptions == ["target_session_attrs": "any"])
  }

  @Test("key=value pairs are read, quotes and a socket folder too")
  func pairs() throws {
    let configuration = try PostgresConfiguration(
      connectionString: "host=/run/pg dbname=shop user='a b' password='it\\'s' port=6000"
    )
    #expect(configuration.host == "/run/pg")
    #expect(configuration.user == "a b")
    #expect(configuration.password == "it's")
    #expect(configuration.port == 6000)
  }

  @Test(
    "a wrong string is refused with what and where, and nothing of a password",
    arguments: [
      ("", "is empty"),
      ("mysql://root:hunter2@h/db", "starts with mysql://"),
      ("host=h pasword=hunter2", "at character 8 (did you mean \"password\"?)"),
      ("host=h hunter2", "at character 8"),
      ("host=h password='hunter2", "unterminated quoted string"),
      ("postgresql://u:hunter2@[::1/db", "the string as it was given"),
      ("postgresql://u:hunter2@h:x/db", "port"),
      ("postgresql://u:hunter2@h/db?sslmode=maybe", "sslmode"),
      ("postgresql://u:hunter2@h/db?connect_timeout=soon", "connect_timeout"),
      ("postgresql://u:hunter2%zz@h/db", "percent-encoded"),
      ("postgresql://u:hunter2@h/db?pasword=hunter2", "did you mean \"password\"?"),
      ("postgresql://u:hunter2@h/db?a=b=hunter2", "key/value separator"),
    ]
  )
  func wrongStrings(text: String, part: String) {
    let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(connectionString: text) }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(error.map { String(reflecting: $0) }?.contains("hunter2") == false)
  }

  @Test("no description, mirror or dump shows the password")
  func redaction() throws {
    let configuration = PostgresConfiguration(host: "h", database: "d", user: "u", password: "hunter2")
    struct Holder {
      var configuration: PostgresConfiguration?
    }
    var dumped = ""
    dump(Holder(configuration: configuration), to: &dumped)
    for text in [
      "\(configuration)", String(reflecting: configuration), "\([configuration])", dumped,
      "\(Holder(configuration: configuration))",
    ] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("postgresql://u@h:5432/d"))
    }
  }

  @Test(
    "the URI reads back as the same configuration",
    arguments: [
      PostgresConfiguration(host: "h", port: 1, database: "d b", user: "u/:@", password: "p%:/?#[]@ü"),
      PostgresConfiguration(host: "/tmp/a b", database: "d", user: "u", password: "x"),
      PostgresConfiguration(host: "::1", database: "d", user: "u", sslMode: .verifyFull),
      PostgresConfiguration(database: "d"),
    ]
  )
  func uriRoundTrip(configuration: PostgresConfiguration) throws {
    let read = try PostgresConfiguration(connectionString: configuration.uri(revealingPassword: true))
    #expect(read == configuration)
  }

  @Test("the session's settings travel in the start-up message, after the user's own")
  func startup() throws {
    var configuration = PostgresConfiguration(
      readOnly: true,
      statementTimeout: .milliseconds(1500),
      lockTimeout: .microseconds(1),
      idleInTransactionTimeout: .seconds(60)
    )
    configuration.additionalOptions["options"] = "-c search_path=x -c default_transaction_read_only=off"
    let options = Dictionary(uniqueKeysWithValues: configuration.startupOptions.map { ($0.keyword, $0.value) })
    let sent = try #require(options["options"])
    #expect(sent.hasPrefix("-c search_path=x -c default_transaction_read_only=off -c "))
    for setting in [
      "TimeZone=UTC", "DateStyle=ISO", "extra_float_digits=1", "default_transaction_read_only=on",
      "statement_timeout=1500", "lock_timeout=1", "idle_in_transaction_session_timeout=60000",
    ] {
      #expect(sent.contains("-c \(setting)"))
    }
    #expect(options["client_encoding"] == "UTF8")
    #expect(options["application_name"] == "concord")
    #expect(!PostgresConfiguration().startupOptions.contains { $0.value.contains("statement_timeout") })
  }

  @Test("silence is limited by the response timeout, else by the statement timeout and five seconds")
  func silence() {
    #expect(PostgresConfiguration().silenceLimit == nil)
    #expect(PostgresConfiguration(statementTimeout: .seconds(2)).silenceLimit == .seconds(7))
    #expect(
      PostgresConfiguration(statementTimeout: .seconds(2), responseTimeout: .seconds(1)).silenceLimit == .seconds(1))
  }
}
