package io.stemspark.internal.report;

import io.stemspark.internal.text.SafeText;

/** What the pages have in common. */
final class Html {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>%s</title><style>
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2em auto; padding: 0 1em;
             color: #222; }
      h1 { font-size: 1.4em; margin-bottom: 0; } h2 { font-size: 1.1em; margin-top: 2em; }
      .facts { color: #666; margin-top: 0; overflow-wrap: anywhere; }
      .figures { display: flex; flex-wrap: wrap; gap: 1em 2.5em; }
      .figures b { display: block; font-size: 1.5em; } .bad b { color: #b3261e; }
      table { border-collapse: collapse; width: 100%%; }
      td, th { text-align: left; padding: .25em .8em .25em 0; border-bottom: 1px solid #ddd;
               overflow-wrap: anywhere; vertical-align: top; }
      td.n, th.n { text-align: right; white-space: nowrap; }
      figure { margin: .6em 0; } figcaption { color: #666; }
      img { width: 100%%; height: 110px; image-rendering: auto; display: block; background: #000; }
      audio { width: 100%%; height: 2.2em; } svg { width: 100%%; height: auto; }
      </style></head><body>
      """;

  private Html() {}

  /** The start of a page, up to its body. */
  static String head(String title) {
    return HEAD.formatted(escape(title));
  }

  /** Text of a page: ids and reasons come from outside. */
  static String escape(String text) {
    return attribute(SafeText.printable(SafeText.redacted(text)));
  }

  /** The value of an attribute, such as a link. */
  static String attribute(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
