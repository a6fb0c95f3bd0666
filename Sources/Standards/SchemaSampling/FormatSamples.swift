/// Texts that have a format, the plainest first; services parse them, so they are all ordinary.
enum FormatSamples {
  /// Formats of JSON Schema (validation section 7.3) and of the OpenAPI registry.
  static let known: [String: [String]] = [
    "date-time": [
      "2026-01-15T10:30:00Z", "2026-01-15T10:30:00.123456Z", "2024-02-29T23:59:59+02:00", "1999-12-31T23:59:59-11:30",
    ],
    "date": ["2026-01-15", "2024-02-29", "1999-12-31"],
    "time": ["10:30:00Z", "23:59:59.999+02:00"],
    "duration": ["P1D", "PT15M", "P3Y6M4DT12H30M5S"],
    "email": ["person@example.com", "first.last+tag@sub.example.org"],
    "idn-email": ["person@example.com", "jürg@example.com"],
    "hostname": ["example.com", "a-b.example"],
    "idn-hostname": ["example.com", "bücher.example"],
    "ipv4": ["192.0.2.1", "255.255.255.255"],
    "ipv6": ["2001:db8::1", "::", "2001:db8:0:0:1:0:0:1"],
    "uri": ["https://example.com/a", "https://example.com:8443/a/b?c=d#e"],
    "url": ["https://example.com/a"],
    "uri-reference": ["/a/b", "https://example.com/a", "?c=d"],
    "iri": ["https://example.com/a", "https://example.com/ä"],
    "iri-reference": ["/a/b", "/ä"],
    "uri-template": ["/items/{id}", "/a{?b,c}"],
    "uuid": ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "00000000-0000-4000-8000-000000000000"],
    "json-pointer": ["/a/0", "", "/a~1b"],
    "relative-json-pointer": ["0", "1/a"],
    "regex": ["^a+$", "[0-9]{2}"],
    "byte": ["dGV4dA==", "AA=="],
    "password": ["correct horse battery staple", "Tr0ub4dor&3-long"],
  ]
}
