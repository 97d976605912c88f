package io.stemspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import what: the module table of the README. */
@AnalyzeClasses(
    packages = "io.stemspark",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  private static final String[] FEATURE_EXTRACTION = {
    "io.stemspark.audio..",
    "io.stemspark.spectrogram..",
    "io.stemspark.patch..",
    "io.stemspark.settings.."
  };
  private static final String[] MODEL = {
    "io.stemspark.unet..",
    "io.stemspark.training..",
    "io.stemspark.bundle..",
    "io.stemspark.network..",
    "io.stemspark.separation..",
    "io.stemspark.evaluation.."
  };
  private static final String[] SPARK = {"org.apache.spark..", "org.apache.hadoop..", "scala.."};
  private static final String[] ENGINES = {
    "org.nd4j..", "org.deeplearning4j..", "org.bytedeco.pytorch..", "ai.onnxruntime..", "onnx.."
  };

  @ArchTest
  static final ArchRule featureExtractionKnowsNoEngine =
      noClasses()
          .that()
          .resideInAnyPackage(FEATURE_EXTRACTION)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENGINES);

  @ArchTest
  static final ArchRule featureExtractionKnowsNoOtherModule =
      noClasses()
          .that()
          .resideInAnyPackage(FEATURE_EXTRACTION)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(concat(MODEL, "io.stemspark.jobs..", "io.stemspark.cli.."));

  @ArchTest
  static final ArchRule coreKnowsNoSpark =
      noClasses()
          .that()
          .resideInAnyPackage(concat(FEATURE_EXTRACTION, MODEL))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(concat(SPARK, "io.stemspark.jobs..", "io.stemspark.cli.."));

  @ArchTest
  static final ArchRule onlyAudioAndTransformKnowFfmpeg =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.stemspark.audio..", "io.stemspark.spectrogram..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco.ffmpeg..");

  @ArchTest
  static final ArchRule onlyTheNetworkKnowsLibtorch =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.stemspark.unet..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco.pytorch..");

  @ArchTest
  static final ArchRule jobsDoNotKnowTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage("io.stemspark.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.stemspark.cli..", "picocli..");

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      classes().should().haveNameNotMatching(".*(Utils?|Helper|Manager|Misc|Common)");

  private static String[] concat(String[] first, String... second) {
    String[] joined = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
