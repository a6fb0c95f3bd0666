// swift-tools-version: 6.2

import PackageDescription

// Imports point one way: Standards ← Drivers ← Harness ← concord; the marketplace and the embedded Firestore stand on
// Standards and Drivers, and the harness never imports them. ArchitectureTests holds the sources to it.

let package = Package(
  name: "concord",
  products: [
    .executable(name: "concord", targets: ["concord"]),
    .executable(name: "firestore-emulator", targets: ["firestore-emulator"]),
    .executable(name: "marketplace", targets: ["marketplace"]),
  ],
  dependencies: [
    // YAML with positions: the only reader that tells line and column of every node.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // Commands, options, help texts and completions as every Swift tool has them.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Child processes with their own session and a teardown that reaches the whole group; Foundation's cannot.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    // File paths and descriptors in swift-subprocess's interface.
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    // Event loops and HTTP/1 of the embedded Firestore.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // HTTP server of the marketplace's services; without traits it needs no TLS and builds in half the time.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    // Types of requests and responses in Hummingbird's interface.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    // One log line per request, and graceful shutdown, in the marketplace's services.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    // RSA signatures and X.509 certificates for Google's tokens: cryptography that nobody should write again.
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    // Keys and certificates that tests make for themselves; jwt-kit stands on all three anyway.
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // MARK: Standards: formats as values, no input or output

    .module("JSON", in: "Standards"),
    .module("RFC3339", in: "Standards"),
    .module("SecureHash", in: "Standards"),
    .module("JSONPath", in: "Standards", ["JSON"]),
    .module("JSONSchema", in: "Standards", ["JSON", "RFC3339"]),
    .module("SchemaSampling", in: "Standards", ["JSON", "JSONSchema"]),
    .module("YAMLSource", in: "Standards", ["JSON", "Yams"]),
    .module("OpenAPI", in: "Standards", ["JSON", "JSONSchema", "YAMLSource"]),
    .module("Arazzo", in: "Standards", ["JSON", "JSONPath", "YAMLSource"]),
    .module("DataContract", in: "Standards", ["JSON", "RFC3339", "YAMLSource"]),
    .module("FirestoreModel", in: "Standards", ["JSON", "RFC3339"]),

    // MARK: Drivers: the outside world, each C library behind one module

    .cLibrary("CLibPQ", pkgConfig: "libpq", debian: "libpq-dev"),
    .cLibrary("CLibCurl", pkgConfig: "libcurl", debian: "libcurl4-openssl-dev"),
    .cLibrary("CPCRE2", pkgConfig: "libpcre2-8", debian: "libpcre2-dev"),
    .module("Postgres", in: "Drivers", ["CLibPQ", "JSON", "RFC3339"]),
    .module("HTTP", in: "Drivers", ["CLibCurl"]),
    .module("ECMARegex", in: "Drivers", ["CPCRE2", "JSON"]),
    .module("Firestore", in: "Drivers", ["FirestoreModel", "HTTP", "JSON", "RFC3339"]),
    .module("FirebaseAuth", in: "Drivers", ["HTTP", "JSON", "RFC3339"]),
    // Apart from FirebaseAuth, because only the marketplace needs signatures: `concord` links no cryptography.
    .module("GoogleIdentity", in: "Drivers", ["FirebaseAuth", "HTTP", "JSON", "RFC3339", .jwt]),

    // MARK: Harness: what Concord is for

    .module("RunModel", in: "Harness", ["JSON", "RFC3339", "YAMLSource"]),
    .module(
      "Stack", in: "Harness",
      [
        "FirebaseAuth", "Firestore", "FirestoreModel", "HTTP", "JSON", "Postgres", "RFC3339", "RunModel", "YAMLSource",
        .subprocess, .systemPackage,
      ]),
    .module(
      "Contracts", in: "Harness",
      [
        "Arazzo", "ECMARegex", "HTTP", "JSON", "JSONPath", "JSONSchema", "OpenAPI", "RFC3339", "RunModel",
        "SchemaSampling", "YAMLSource",
      ]),
    .module(
      "Importing", in: "Harness", ["ECMARegex", "JSON", "JSONSchema", "OpenAPI", "SchemaSampling", "YAMLSource"]),
    .module(
      "Audit", in: "Harness",
      [
        "DataContract", "ECMARegex", "Firestore", "FirestoreModel", "JSON", "Postgres", "RFC3339", "RunModel",
        "SecureHash", "YAMLSource",
      ]),
    .module(
      "Reporting", in: "Harness", ["JSON", "RFC3339", "RunModel", "YAMLSource"], resources: [.embedInCode("Resources")]),

    // MARK: The command line

    .program(
      "concord", at: "Sources/concord",
      [
        "Audit", "Contracts", "ECMARegex", "Firestore", "HTTP", "Importing", "JSON", "OpenAPI", "Postgres", "RFC3339",
        "Reporting", "RunModel", "Stack", "YAMLSource", .argumentParser,
      ], linkerSettings: .standalone),

    // MARK: The embedded Firestore

    .module(
      "FirestoreEmulator", at: "Sources/FirestoreEmulator/Library",
      ["FirestoreModel", "JSON", "RFC3339", "SecureHash", .nio("NIOCore"), .nio("NIOHTTP1"), .nio("NIOPosix")]),
    .program("firestore-emulator", at: "Sources/FirestoreEmulator/Process", ["FirestoreEmulator"]),

    // MARK: The marketplace: the worked example, four services as four processes

    .module(
      "ServiceKit", in: "Marketplace",
      [
        "FirebaseAuth", "Firestore", "GoogleIdentity", "HTTP", "JSON", "Postgres", "RFC3339", .httpTypes, .hummingbird,
        .hummingbirdCore, .lifecycle, .logging, .nio("NIOCore"), .unixSignals,
      ]),
    .module(
      "UserService", in: "Marketplace",
      [
        "FirebaseAuth", "Firestore", "FirestoreModel", "GoogleIdentity", "HTTP", "JSON", "RFC3339", "ServiceKit",
        .logging,
      ]),
    .module("ProductService", in: "Marketplace", ["HTTP", "JSON", "Postgres", "RFC3339", "ServiceKit", .logging]),
    .module("OrderService", in: "Marketplace", ["HTTP", "JSON", "Postgres", "RFC3339", "ServiceKit", .logging]),
    .module(
      "APIGateway", in: "Marketplace",
      ["FirebaseAuth", "GoogleIdentity", "HTTP", "JSON", "Postgres", "RFC3339", "ServiceKit", .logging]),
    .module(
      "Faults", in: "Marketplace",
      [
        "APIGateway", "FirebaseAuth", "HTTP", "JSON", "OrderService", "Postgres", "ProductService", "RFC3339",
        "ServiceKit", "UserService", .logging,
      ]),
    .module("Load", in: "Marketplace", ["HTTP", "JSON", "ServiceKit"]),
    .program(
      "marketplace", at: "Sources/Marketplace/Executable",
      [
        "APIGateway", "Faults", "HTTP", "JSON", "Load", "OrderService", "ProductService", "ServiceKit", "UserService",
        .argumentParser, .logging, .unixSignals,
      ]),

    // MARK: Tests: mirror Sources; those named …IntegrationTests boot real servers

    .tests("ArchitectureTests"),
    .tests("JSONTests", in: "Standards", ["ConformanceSuites", "JSON", "SeededRandomness"]),
    .tests("RFC3339Tests", in: "Standards", ["RFC3339"]),
    .tests("SecureHashTests", in: "Standards", ["SecureHash"]),
    .tests("JSONPathTests", in: "Standards", ["ConformanceSuites", "ECMARegex", "JSON", "JSONPath"]),
    .tests("JSONSchemaTests", in: "Standards", ["ConformanceSuites", "ECMARegex", "JSON", "JSONSchema"]),
    .tests("YAMLSourceTests", in: "Standards", ["JSON", "YAMLSource"]),
    .tests(
      "SchemaSamplingTests", in: "Standards",
      ["ConformanceSuites", "ECMARegex", "JSON", "JSONSchema", "SchemaSampling"]),
    .tests(
      "OpenAPITests", in: "Standards",
      ["ConformanceSuites", "ECMARegex", "JSON", "JSONSchema", "OpenAPI", "YAMLSource"]),
    .tests(
      "ArazzoTests", in: "Standards", ["Arazzo", "ConformanceSuites", "ECMARegex", "JSON", "JSONSchema", "YAMLSource"]),
    .tests(
      "DataContractTests", in: "Standards",
      ["ConformanceSuites", "DataContract", "ECMARegex", "JSON", "JSONSchema", "YAMLSource"]),
    .tests("FirestoreModelTests", in: "Standards", ["FirestoreModel", "JSON", "RFC3339", "SeededRandomness"]),
    .tests("PostgresTests", in: "Drivers", ["JSON", "Postgres", "RFC3339", "SeededRandomness"]),
    .tests(
      "PostgresIntegrationTests", in: "Drivers",
      ["ChildProcesses", "JSON", "Postgres", "RFC3339", "ScratchPostgres", "SeededRandomness"]),
    .tests("HTTPTests", in: "Drivers", ["HTTP"]),
    .tests("HTTPIntegrationTests", in: "Drivers", ["FaultRelay", "HTTP", "ScriptedServer"]),
    .tests("ECMARegexTests", in: "Drivers", ["ECMARegex", "JSON"]),
    .tests(
      "FirestoreTests", in: "Drivers", ["Firestore", "FirestoreModel", "HTTP", "JSON", "RFC3339", "ScriptedServer"]),
    .tests(
      "FirestoreIntegrationTests", in: "Drivers",
      ["Firestore", "FirestoreEmulator", "FirestoreModel", "GoogleEmulator", "HTTP", "JSON", "RFC3339"]),
    .tests("FirebaseAuthTests", in: "Drivers", ["FirebaseAuth", "HTTP", "JSON", "RFC3339", "ScriptedServer"]),
    .tests(
      "FirebaseAuthIntegrationTests", in: "Drivers", ["FirebaseAuth", "FirestoreEmulator", "HTTP", "JSON", "RFC3339"]),
    .tests(
      "GoogleIdentityTests", in: "Drivers",
      ["FirebaseAuth", "GoogleIdentity", "GoogleStandIn", "HTTP", "JSON", "RFC3339", "ScriptedServer"]),
    .tests("RunModelTests", in: "Harness", ["RFC3339", "RunModel"]),
    .tests(
      "ReportingTests", in: "Harness",
      ["ConformanceSuites", "Goldens", "JSON", "RFC3339", "Reporting", "RunModel", "YAMLSource"], exclude: ["Goldens"]),
    .tests("StackTests", in: "Harness", ["FirestoreModel", "JSON", "RFC3339", "Stack", "YAMLSource"]),
    .tests(
      "StackIntegrationTests", in: "Harness",
      [
        "FirebaseAuth", "Firestore", "FirestoreModel", "HTTP", "JSON", "Postgres", "RFC3339", "RunModel", "Stack",
        "YAMLSource", "firestore-emulator", "stack-test-host",
      ]),
    .tests(
      "ContractsTests", in: "Harness",
      [
        "Arazzo", "Contracts", "HTTP", "JSON", "JSONSchema", "OpenAPI", "RFC3339", "RunModel", "ScriptedServer",
        "YAMLSource",
      ]),
    .tests(
      "ImportingTests", in: "Harness",
      ["Arazzo", "ECMARegex", "Goldens", "Importing", "JSON", "OpenAPI", "SeededRandomness", "YAMLSource"],
      exclude: ["Goldens"]),
    .tests(
      "AuditTests", in: "Harness",
      [
        "Audit", "DataContract", "FirestoreModel", "JSON", "Postgres", "RFC3339", "RunModel", "SeededRandomness",
        "YAMLSource",
      ]),
    .tests(
      "AuditIntegrationTests", in: "Harness",
      [
        "Audit", "DataContract", "Firestore", "FirestoreEmulator", "FirestoreModel", "HTTP", "JSON", "Postgres",
        "RFC3339", "RunModel", "ScratchPostgres", "ScriptedServer", "SeededRandomness", "YAMLSource",
      ]),
    .tests("FirestoreEmulatorTests", ["FirestoreEmulator", "FirestoreModel", "JSON", "RFC3339", "SeededRandomness"]),
    .tests(
      "FirestoreEmulatorIntegrationTests",
      [
        "ChildProcesses", "FirestoreEmulator", "FirestoreModel", "GoogleEmulator", "HTTP", "JSON", "RFC3339",
        "SeededRandomness", "firestore-emulator",
      ],
      exclude: ["python"]),
    .tests(
      "ServiceKitTests", in: "Marketplace",
      ["GoogleIdentity", "GoogleStandIn", "HTTP", "JSON", "Postgres", "RFC3339", "ServiceKit", .logging]),
    .tests("ServiceKitIntegrationTests", in: "Marketplace", ["HTTP", "JSON", "ServiceKit", .logging]),
    .tests(
      "UserServiceTests", in: "Marketplace",
      ["FirestoreModel", "HTTP", "JSON", "RFC3339", "ServiceKit", "ServiceTesting", "UserService", .logging]),
    .tests(
      "UserServiceIntegrationTests", in: "Marketplace",
      [
        "FirebaseAuth", "Firestore", "FirestoreEmulator", "FirestoreModel", "GoogleStandIn", "HTTP", "JSON", "RFC3339",
        "ScriptedServer", "ServiceKit", "ServiceTesting", "UserService", .logging,
      ]),
    .tests(
      "APIGatewayTests", in: "Marketplace",
      [
        "APIGateway", "FirebaseAuth", "GoogleIdentity", "GoogleStandIn", "HTTP", "JSON", "RFC3339", "ScriptedServer",
        "ServiceKit", "ServiceTesting", .logging,
      ]),
    .tests(
      "APIGatewayIntegrationTests", in: "Marketplace",
      [
        "APIGateway", "ChildProcesses", "GoogleStandIn", "HTTP", "JSON", "Postgres", "RFC3339", "ScratchPostgres",
        "ScriptedServer", "ServiceKit", "marketplace",
      ]),
    .tests(
      "ProductServiceTests", in: "Marketplace",
      ["HTTP", "JSON", "ProductService", "RFC3339", "ServiceKit", "ServiceTesting"]),
    .tests(
      "ProductServiceIntegrationTests", in: "Marketplace",
      ["HTTP", "JSON", "Postgres", "ProductService", "RFC3339", "ScratchPostgres", "ServiceKit", "ServiceTesting"]),
    .tests(
      "OrderServiceTests", in: "Marketplace",
      ["HTTP", "JSON", "OrderService", "RFC3339", "ServiceKit", "ServiceTesting"]),
    .tests(
      "OrderServiceIntegrationTests", in: "Marketplace",
      [
        "HTTP", "JSON", "OrderService", "Postgres", "ProductService", "RFC3339", "ScratchPostgres", "ServiceKit",
        "ServiceTesting",
      ]),
    .tests(
      "FaultsTests", in: "Marketplace",
      [
        "APIGateway", "Faults", "HTTP", "JSON", "OrderService", "ProductService", "ServiceKit", "ServiceTesting",
        "UserService", .logging,
      ]),
    .tests("DrillTests", ["Faults", "Goldens", "JSON", "marketplace-drill"], exclude: ["Goldens"]),
    .tests(
      "MarketplaceIntegrationTests", in: "Marketplace",
      [
        "FirebaseAuth", "HTTP", "JSON", "NaughtyStrings", "OpenAPI", "Postgres", "RFC3339", "ServiceTesting",
        "WholeMarketplace",
      ]),
    .tests(
      "CrashMatrixIntegrationTests", in: "Marketplace",
      [
        "ChildProcesses", "FaultRelay", "FirestoreEmulator", "HTTP", "JSON", "Postgres", "ScratchPostgres",
        "marketplace",
      ]),
    .tests(
      "LoadTests", in: "Marketplace", ["Goldens", "HTTP", "JSON", "Load", "ServiceKit"], exclude: ["Goldens"]),
    .tests("BundledContractsTests", ["ECMARegex", "JSON", "JSONSchema", "OpenAPI", "YAMLSource"]),
    .tests(
      "ConcordIntegrationTests", ["Goldens", "JSON", "YAMLSource", "concord", "firestore-emulator", "marketplace"],
      exclude: ["FaultyService"]),

    // MARK: Benchmarks: `make bench`

    .program(
      "concord-benchmarks", at: "Tests/Benchmarks",
      [
        "ECMARegex", "Firestore", "FirestoreModel", "HTTP", "JSON", "JSONSchema", "Load", "Postgres", "RFC3339",
        "ScratchPostgres",
      ]),

    // MARK: Drill: `make drill`

    .program(
      "marketplace-drill", at: "Tests/Drill",
      ["Faults", "JSON", .argumentParser, .subprocess, .systemPackage]),

    // MARK: What tests stand on

    .module("ScriptedServer", at: "Tests/Drivers/ScriptedServer"),
    .module("ChildProcesses", at: "Tests/Support/ChildProcesses"),
    .module("ConformanceSuites", at: "Tests/Support/ConformanceSuites"),
    .module("FaultRelay", at: "Tests/Support/FaultRelay"),
    .module("Goldens", at: "Tests/Support/Goldens"),
    .module("GoogleEmulator", at: "Tests/Support/GoogleEmulator", ["ChildProcesses", "HTTP"]),
    .module(
      "GoogleStandIn", at: "Tests/Support/GoogleStandIn",
      ["FirestoreModel", "JSON", "RFC3339", "ScriptedServer", .asn1, .cryptoExtras, .jwt, .x509]),
    .module("NaughtyStrings", at: "Tests/Support/NaughtyStrings"),
    .module("ScratchPostgres", at: "Tests/Support/ScratchPostgres", ["ChildProcesses", "Postgres"]),
    .module("SeededRandomness", at: "Tests/Support/SeededRandomness"),
    .module("ServiceTesting", at: "Tests/Support/ServiceTesting", ["HTTP", "JSON", "ServiceKit"]),
    .module(
      "WholeMarketplace", at: "Tests/Support/WholeMarketplace",
      [
        "APIGateway", "ChildProcesses", "FirebaseAuth", "FirestoreEmulator", "HTTP", "JSON", "OpenAPI", "OrderService",
        "Postgres", "ProductService", "ScratchPostgres", "ServiceKit", "ServiceTesting", "UserService", "YAMLSource",
        .logging,
      ]),
    .program("stack-test-host", at: "Tests/Harness/StackTestHost", ["RFC3339", "RunModel", "Stack", "YAMLSource"]),
  ],
  swiftLanguageModes: [.v6]
)

extension [SwiftSetting] {
  /// The settings of every target: the coming defaults of the language, and no warning left standing.
  static var strict: [SwiftSetting] {
    [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      .treatAllWarnings(as: .error),
    ]
  }
}

extension Target {
  /// A module in a wing of the house.
  static func module(
    _ name: String, in wing: String, _ dependencies: [Dependency] = [], resources: [Resource]? = nil
  ) -> Target {
    .target(
      name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)", resources: resources,
      swiftSettings: .strict)
  }

  /// A module at a place of its own.
  static func module(_ name: String, at path: String, _ dependencies: [Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: .strict)
  }

  /// A program.
  static func program(
    _ name: String, at path: String, _ dependencies: [Dependency], linkerSettings: [LinkerSetting] = []
  ) -> Target {
    .executableTarget(
      name: name, dependencies: dependencies, path: path, swiftSettings: .strict, linkerSettings: linkerSettings)
  }

  /// The tests of a module, in the wing that mirrors its own.
  static func tests(
    _ name: String, in wing: String? = nil, _ dependencies: [Dependency] = [], exclude: [String] = []
  ) -> Target {
    .testTarget(
      name: name, dependencies: dependencies, path: wing.map { "Tests/\($0)/\(name)" } ?? "Tests/\(name)",
      exclude: exclude, swiftSettings: .strict)
  }

  /// A C library of the system with its shim.
  static func cLibrary(_ name: String, pkgConfig: String, debian package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/Drivers/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
  }
}

extension Target.Dependency {
  static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
  static let cryptoExtras = product(name: "CryptoExtras", package: "swift-crypto")
  static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
  static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
  static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
  static let jwt = product(name: "JWTKit", package: "jwt-kit")
  static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let logging = product(name: "Logging", package: "swift-log")
  static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
  static let systemPackage = product(name: "SystemPackage", package: "swift-system")
  static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
  static let x509 = product(name: "X509", package: "swift-certificates")

  static func nio(_ name: String) -> Self { product(name: name, package: "swift-nio") }
}

extension [LinkerSetting] {
  /// Swift's libraries in the program itself: it starts in half the time, and runs where no Swift is installed.
  static let standalone: Self = [
    .unsafeFlags(
      [
        "-static-stdlib", "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
      ], .when(platforms: [.linux], configuration: .release))
  ]
}
