"""Stemspark's transformer for PySpark: a thin wrapper around io.stemspark.spark.VocalSeparator."""

from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer


class VocalSeparator(JavaTransformer, JavaMLReadable, JavaMLWritable):
    """Separates the tracks of a data frame; see VocalSeparator.java for the columns it adds."""

    def __init__(self, model, output_path, input_col="uri", id_col=None, reference_col=None, settings=()):
        super().__init__()
        self._java_obj = self._new_java_obj("io.stemspark.spark.VocalSeparator")
        self._java_obj.setModel(model).setOutputPath(output_path).setInputCol(input_col)
        if id_col is not None:
            self._java_obj.setIdCol(id_col)
        if reference_col is not None:
            self._java_obj.setReferenceCol(reference_col)
        if settings:
            self._java_obj.setSettings(self._new_java_array(list(settings), self._string_class()))

    @staticmethod
    def _string_class():
        from pyspark import SparkContext

        return SparkContext._active_spark_context._gateway.jvm.java.lang.String

    def _transfer_params_to_java(self):
        """All parameters are in the Java object."""

    def transform(self, dataset, params=None):
        from pyspark.sql import DataFrame

        return DataFrame(self._java_obj.transform(dataset._jdf), dataset.sparkSession)
