// Written for this project: texts that software gets wrong when it compares, cuts, escapes, guesses types or lays text
// out. Each is at most 50 characters long, so that it fits every free-text field, and has a character that is not white
// space, as names and tags must. None contains NUL, which PostgreSQL cannot hold: that is a case of its own.

/// Texts that must be stored and returned byte for byte.
package enum NaughtyStrings {
  /// All of them, no two with the same code points.
  package static let all: [String] =
    injections + lookalikes + numbers + words + paths + whiteSpace + controls + scripts + directions + invisible
    + combining + emoji + planes + edges

  /// What would mean something to SQL, HTML, JavaScript, a shell, a template or a format string.
  package static let injections = [
    "'", "\"", "''", "`", "\\", "\\\\", "\\'", "\\\"", "';--", "' OR ''='", "'); DROP TABLE products;--", "$1",
    "$$ $$", "$1::text", ":name", "?", "@>", "{}", "{a,b}", "{\"a\"}", "ARRAY[1]", "E'\\n'", "\\x41", "/* */", "-- ",
    "%", "%%", "_", "__", "%_", "\\%", "\\_", "a%b", "a_b", "100%", "_%_\\", "%s%n%d", "%@", "{0}", "%(x)s",
    "<b>bold</b>", "<script>alert(1)</script>", "<!--", "]]>", "&amp;", "&#0;", "&lt", "javascript:alert(1)",
    "\" onload=\"x", "';alert(1)//", "`id`", "$(id)", "${HOME}", "#{7*7}", "{{7*7}}", "<%= 7 %>", "| cat", "&& ls",
    "; ls", "> /dev/null", "!important", "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "#", "*", "[]", "()", "\\n",
    "\\u0000", "\\u0041", "%00", "%0d%0a", "%C0%AF", "a=b&c=d", "q?x#y", "a+b c", "a;b", "a,b", "a:b", "a|b",
  ]

  /// Different code points that some comparisons call equal.
  package static let lookalikes = [
    "\u{E9}", "e\u{301}", "\u{212B}", "\u{C5}", "A\u{30A}", "\u{2126}", "\u{3A9}", "\u{212A}elvin", "Kelvin",
    "\u{37E}", ";\u{200B}", "\u{FB01}", "fi", "\u{17F}", "s", "\u{DF}", "ss", "SS", "\u{1E9E}", "\u{130}", "i\u{307}",
    "I", "\u{131}", "\u{FF21}", "\u{1D400}", "\u{441}\u{430}t", "cat", "q\u{307}\u{323}", "q\u{323}\u{307}",
    "\u{AC00}", "\u{1100}\u{1161}",
  ]

  /// What looks like a number and is a text.
  package static let numbers = [
    "0", "-0", "00", "007", "1e400", "1E-400", "0x0", "0b1", "1_000", "1,000.00", "1.", ".5", "NaN", "Infinity",
    "-Infinity", "9007199254740993", "2147483648", "99999999999999999999", "\u{661}\u{662}\u{663}",
    "\u{FF11}\u{FF12}", "\u{BD}", "\u{2167}", "12:30", "2026-02-30", "2026-02-29T25:00:00Z", "\u{221E}",
  ]

  /// What looks like another type.
  package static let words = [
    "null", "NULL", "nil", "undefined", "true", "false", "True", "yes", "no", "on", "None", "void", "~", "{\"a\":1}",
    "[1,2]", "\"quoted\"", "__proto__", "constructor", "toString", "hasOwnProperty", "default", "select", "CON",
    "LPT1", "admin", "root",
  ]

  /// What would mean something to a file system or a URL.
  package static let paths = [
    ".", "..", "../..", "../../etc/passwd", "..\\..\\x", "/", "//", "/etc/passwd", "C:\\x", "file:///x", "~/x",
    "a/b", "a%2Fb", "http://[::1]/", "x.txt\u{202E}gpj.exe",
  ]

  /// White space in all its forms, around a letter where it would be blank alone.
  package static let whiteSpace = [
    " a", "a ", " a ", "a  b", "a\tb", "a\nb", "a\r\nb", "a\rb", "\ta", "a\n", "a\u{B}b", "a\u{C}b", "a\u{85}b",
    "\u{A0}a", "a\u{1680}b", "a\u{2003}b", "a\u{2028}b", "a\u{2029}b", "a\u{202F}b", "a\u{205F}b", "a\u{3000}",
    "\u{180E}a", "\u{2800}",
  ]

  /// Control characters but NUL.
  package static let controls = [
    "\u{1}\u{2}\u{3}", "\u{7}bell", "\u{8}back", "\u{1B}[31mred", "\u{1A}", "\u{1F}", "\u{7F}", "\u{80}\u{9F}",
    "\u{AD}soft",
  ]

  /// Writing systems.
  package static let scripts = [
    "Grüße aus Köln", "Ελλάδα", "Привет", "日本語テキスト", "中文繁體", "한국어", "ไทย", "हिन्दी", "தமிழ்", "ქართული", "Հայերեն",
    "አማርኛ", "ᚠᛇᚻ", "Ꮳꮃꭹ", "Łódź", "ﬀﬁﬂﬃﬄ", "ℌ𝔢𝔩𝔩𝔬", "Z͑͗ͅa̧͂l̃͑g̛o͌",
  ]

  /// Right to left, and the characters that turn the direction.
  package static let directions = [
    "שלום", "مرحبا", "\u{202E}evil", "\u{202A}a\u{202C}", "\u{2066}a\u{2069}", "\u{200F}a", "a\u{200E}", "abc אבג 123",
    "\u{61C}a",
  ]

  /// Characters without a shape.
  package static let invisible = [
    "a\u{200B}b", "a\u{200C}b", "a\u{200D}b", "a\u{2060}b", "\u{FEFF}a", "a\u{FEFF}", "\u{FFF9}a\u{FFFB}",
    "\u{E0001}\u{E0041}", "a\u{34F}b", "\u{3164}", "a\u{115F}",
  ]

  /// Marks that join the character before, wildcards among them.
  package static let combining = [
    "\u{301}", "%\u{301}", "_\u{301}", "\\\u{301}", "'\u{301}", "\"\u{301}", "/\u{338}", "<\u{338}", "a\u{FE0F}",
    "\r\n\u{301}a", " \u{301}", "0\u{20E3}", "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
  ]

  /// Emoji, alone and in sequences.
  package static let emoji = [
    "😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "🇩", "☠️", "🧑🏿‍🚀", "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "1️⃣",
  ]

  /// The ends of planes and blocks, characters that nobody assigned, and those that are none.
  package static let planes = [
    "\u{FFFD}", "\u{FFFE}", "\u{FFFF}", nonCharacter, "\u{10000}", "\u{1FFFF}", "\u{2A6D6}", "\u{E000}", "\u{F8FF}",
    "\u{F0000}", "\u{10FFFD}", "\u{10FFFF}", "\u{D7FF}", "\u{7FF}", "\u{800}", "\u{378}",
  ]

  /// U+FDD0, which a literal may not hold.
  private static let nonCharacter = String(decoding: [0xEF, 0xB7, 0x90], as: UTF8.self)

  /// As long as fits, in characters of one to four bytes.
  package static let edges = [
    String(repeating: "a", count: 50), String(repeating: "é", count: 50), String(repeating: "€", count: 50),
    String(repeating: "\u{1F600}", count: 50), String(repeating: "\"", count: 50), String(repeating: "\\", count: 50),
    String(repeating: "%", count: 50), String(repeating: "e\u{301}", count: 25),
  ]
}
