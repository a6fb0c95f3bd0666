import ArgumentParser
import Audit
import FoundationEssentials

/// Where the keys of references are compared.
struct EngineOptions: ParsableArguments {
  /// The engines by name.
  enum Engine: String, ExpressibleByArgument, CaseIterable {
    case native
    case spark
  }

  @Option(
    help: ArgumentHelp(
      "Where the keys of references are compared: here, or on Spark. What is found is proved here either way."))
  var engine = Engine.native

  @Option(help: ArgumentHelp("Spark's master: local[*], spark://HOST:PORT, yarn, k8s://….", valueName: "URL"))
  var master = "local[*]"

  @Option(
    help: ArgumentHelp(
      "The program spark-sql; that of $SPARK_HOME, or the one in PATH, if not given.", valueName: "path"),
    completion: .file())
  var sparkSQL: String?

  @Option(
    help: ArgumentHelp(
      "PostgreSQL's JDBC driver; where Debian installs it, if it is there and nothing is given.", valueName: "jar"),
    completion: .file(extensions: ["jar"]))
  var sparkJar: String?

  @Option(help: ArgumentHelp("A setting for Spark, as often as needed.", valueName: "key=value"))
  var sparkConf: [String] = []

  @Option(
    help: ArgumentHelp(
      "An export of a collection (.parquet, .json) that Spark reads in place of Firestore, as often as needed.",
      valueName: "store/collection=path"))
  var sparkExport: [String] = []

  @Option(help: ArgumentHelp("The column of exports that holds the document's id.", valueName: "column"))
  var sparkExportID = "__key__.name"

  func validate() throws {
    if let wrong = sparkConf.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
      throw ValidationError("--spark-conf '\(wrong)' is not of the form key=value")
    }
    _ = try exports
    if engine == .native, sparkSQL != nil || sparkJar != nil || !sparkConf.isEmpty || !sparkExport.isEmpty {
      throw ValidationError("what begins with --spark is for --engine spark, which is not asked for")
    }
    if engine == .spark, program == nil {
      throw ValidationError(
        "spark-sql is not there; install Spark ('pip install pyspark' is enough) or name it with --spark-sql")
    }
  }

  /// Spark as it is asked for; nil for the engine of this process.
  var choice: SparkChoice? {
    get throws {
      guard engine == .spark, let program else { return nil }
      return SparkChoice(
        program: program, master: master, driver: sparkJar ?? Self.debianDriver, settings: sparkConf,
        reading: SparkSettings(exports: try exports))
    }
  }

  private static var debianDriver: String? {
    let path = "/usr/share/java/postgresql.jar"
    return FileManager.default.isReadableFile(atPath: path) ? path : nil
  }

  private var program: String? {
    let environment = RunIdentity.environment
    let places =
      if let sparkSQL {
        [sparkSQL]
      } else if let home = environment["SPARK_HOME"], !home.isEmpty {
        ["\(home)/bin/spark-sql"]
      } else {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/spark-sql" }
      }
    return places.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private var exports: [SparkExport] {
    get throws {
      let id = sparkExportID.split(separator: ".").map(String.init)
      guard !id.isEmpty else { throw ValidationError("--spark-export-id names no column") }
      return try sparkExport.map { text in
        let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
        let names = sides.first?.split(separator: "/", maxSplits: 1).map(String.init) ?? []
        guard sides.count == 2, names.count == 2 else {
          throw ValidationError("--spark-export '\(text)' is not of the form store/collection=path")
        }
        // A folder may be named by its format as well, as Spark names what it writes.
        let path = sides[1].hasSuffix("/") ? String(sides[1].dropLast()) : sides[1]
        guard let format = SparkExport.Format.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else {
          throw ValidationError("--spark-export: \(path) ends neither in .parquet nor in .json")
        }
        return SparkExport(store: names[0], collection: names[1], path: path, format: format, id: id)
      }
    }
  }
}

/// Spark as a user chooses it.
struct SparkChoice {
  /// Path of `spark-sql`.
  let program: String
  let master: String
  /// The JDBC driver; nil where Spark has it already.
  let driver: String?
  /// Further settings, each `key=value`.
  let settings: [String]
  let reading: SparkSettings
}
