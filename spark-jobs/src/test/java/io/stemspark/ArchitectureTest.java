package io.stemspark;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;

/** Who may import what: the table of {@code ARCHITECTURE.md}. */
@AnalyzeClasses(
    packages = "io.stemspark",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  private static final String[] FEATURE_EXTRACTION = {
    "io.stemspark.audio..",
    "io.stemspark.spectrogram..",
    "io.stemspark.patch..",
    "io.stemspark.settings..",
    "io.stemspark.internal.audio..",
    "io.stemspark.internal.child..",
    "io.stemspark.internal.fft..",
    "io.stemspark.internal.ffmpeg..",
    "io.stemspark.internal.process..",
    "io.stemspark.internal.repair..",
    "io.stemspark.internal.text.."
  };
  private static final String[] MODEL = {
    "io.stemspark",
    "io.stemspark.bundle..",
    "io.stemspark.metrics..",
    "io.stemspark.network..",
    "io.stemspark.separation..",
    "io.stemspark.internal.json..",
    "io.stemspark.internal.network..",
    "io.stemspark.internal.onnx..",
    "io.stemspark.internal.presets..",
    "io.stemspark.internal.segments..",
    "io.stemspark.internal.separation.."
  };
  private static final String[] TRAINING = {
    "io.stemspark.training..",
    "io.stemspark.unet..",
    "io.stemspark.internal.export..",
    "io.stemspark.internal.torch..",
    "io.stemspark.internal.training.."
  };
  private static final String[] JOBS = {
    "io.stemspark.cli..",
    "io.stemspark.run..",
    "io.stemspark.spark..",
    "io.stemspark.internal.averaging..",
    "io.stemspark.internal.config..",
    "io.stemspark.internal.corpus..",
    "io.stemspark.internal.dataset..",
    "io.stemspark.internal.evaluation..",
    "io.stemspark.internal.executor..",
    "io.stemspark.internal.features..",
    "io.stemspark.internal.gpu..",
    "io.stemspark.internal.jobs..",
    "io.stemspark.internal.journal..",
    "io.stemspark.internal.lease..",
    "io.stemspark.internal.pipeline..",
    "io.stemspark.internal.plan..",
    "io.stemspark.internal.report..",
    "io.stemspark.internal.rows..",
    "io.stemspark.internal.scores..",
    "io.stemspark.internal.session..",
    "io.stemspark.internal.stems..",
    "io.stemspark.internal.storage.."
  };
  private static final int MAX_API = 70;
  private static final String[] SPARK = {"org.apache.spark..", "org.apache.hadoop..", "scala.."};
  private static final String[] TRAINING_ENGINES = {
    "org.nd4j..", "org.deeplearning4j..", "org.bytedeco.pytorch.."
  };

  private static final DescribedPredicate<JavaClass> INTERNAL =
      resideInAPackage("io.stemspark.internal..");

  private static final DescribedPredicate<JavaClass> API =
      DescribedPredicate.describe(
          "are part of the API",
          type ->
              !INTERNAL.test(type)
                  && type.getModifiers().contains(JavaModifier.PUBLIC)
                  && (type.isTopLevelClass() || type.isNestedClass()));

  @ArchTest
  static final ArchRule everyPackageHasAModule =
      classes().should().resideInAnyPackage(concat(FEATURE_EXTRACTION, MODEL, TRAINING, JOBS));

  @ArchTest
  static final ArchRule featureExtractionKnowsNoOther =
      noClasses()
          .that()
          .resideInAnyPackage(FEATURE_EXTRACTION)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              concat(MODEL, TRAINING, JOBS, SPARK, TRAINING_ENGINES, array("ai.onnxruntime..")));

  @ArchTest
  static final ArchRule inferenceKnowsNeitherTrainingNorSpark =
      noClasses()
          .that()
          .resideInAnyPackage(MODEL)
          .and(not(equivalentTo(Trainer.class)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(concat(TRAINING, JOBS, SPARK, TRAINING_ENGINES));

  @ArchTest
  static final ArchRule trainingKnowsNoSpark =
      noClasses()
          .that()
          .resideInAnyPackage(TRAINING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(concat(JOBS, SPARK));

  @ArchTest
  static final ArchRule onlyOnePackageOnSparkAverages =
      noClasses()
          .that()
          .resideInAnyPackage(JOBS)
          .and()
          .resideOutsideOfPackage("io.stemspark.internal.averaging..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TRAINING_ENGINES);

  /** Nobody is to depend on what may change, not even by a type that a method gives. */
  @ArchTest
  static final ArchRule theApiShowsNothingInternal =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat(API)
          .should(showNothingInternal());

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.stemspark.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyAudioAndTransformKnowFfmpeg =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.stemspark.audio..",
              "io.stemspark.internal.fft..",
              "io.stemspark.internal.ffmpeg..",
              "io.stemspark.internal.child..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco.ffmpeg..");

  @ArchTest
  static final ArchRule onlyOnePackageKnowsLibtorch =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.stemspark.internal.torch..", "io.stemspark.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco.pytorch..");

  @ArchTest
  static final ArchRule onlyOnePackageKnowsOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.stemspark.internal.onnx..", "io.stemspark.internal.export..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsItself =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.stemspark.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.stemspark.cli..", "picocli..");

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      classes().should().haveNameNotMatching(".*(Utils?|Helper|Manager|Misc|Common)");

  @ArchTest
  static void theApiIsSmall(JavaClasses all) {
    List<String> api =
        all.stream()
            .filter(type -> type.isTopLevelClass() && API.test(type))
            .map(JavaClass::getName)
            .sorted()
            .toList();
    assertThat(api).as("public types outside internal packages").hasSizeLessThanOrEqualTo(MAX_API);
  }

  private static ArchCondition<JavaMethod> showNothingInternal() {
    return new ArchCondition<>("show nothing internal") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        for (JavaClass type : method.getAllInvolvedRawTypes()) {
          if (INTERNAL.test(type)) {
            String what = "%s shows %s".formatted(method.getFullName(), type.getName());
            events.add(SimpleConditionEvent.violated(method, what));
          }
        }
      }
    };
  }

  private static String[] array(String... packages) {
    return packages;
  }

  private static String[] concat(String[]... parts) {
    return java.util.Arrays.stream(parts).flatMap(java.util.Arrays::stream).toArray(String[]::new);
  }
}
