package io.stemspark.internal.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.core.TemplateHTMLOutputModel;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateModelException;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Locale;

/**
 * Pages of HTML, made from the FreeMarker templates of this package. Text is escaped unless a
 * template says {@code ?no_esc}: ids and reasons come from untrusted files.
 */
final class Page {
  private static final Configuration TEMPLATES = templates();

  private Page() {}

  private static Configuration templates() {
    Configuration templates = new Configuration(Configuration.VERSION_2_3_35);
    templates.setClassForTemplateLoading(Page.class, "");
    templates.setDefaultEncoding("UTF-8");
    templates.setLocale(Locale.ROOT);
    templates.setNumberFormat("computer");
    templates.setOutputFormat(new SafeHtml());
    templates.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    templates.setLogTemplateExceptions(false);
    return templates;
  }

  /**
   * Renders a page.
   *
   * @param template its file's name
   * @param content a public record, whose components the template names
   */
  static String render(String template, Record content) {
    StringWriter page = new StringWriter();
    try {
      TEMPLATES.getTemplate(template).process(content, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException("The template " + template + " does not fit its page.", e);
    }
    return page.toString();
  }

  /** HTML whose text holds neither credentials nor control characters. */
  private static final class SafeHtml extends HTMLOutputFormat {
    @Override
    public void output(String text, Writer out) throws IOException, TemplateModelException {
      super.output(SafeText.printable(SafeText.redacted(text)), out);
    }

    @Override
    public String escapePlainText(String text) {
      return super.escapePlainText(SafeText.printable(SafeText.redacted(text)));
    }

    @Override
    protected TemplateHTMLOutputModel newTemplateMarkupOutputModel(String text, String markup) {
      return new TemplateHTMLOutputModel(text, markup) {
        @Override
        public HTMLOutputFormat getOutputFormat() {
          return SafeHtml.this;
        }
      };
    }
  }
}
