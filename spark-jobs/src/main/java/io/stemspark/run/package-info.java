/** What a run tells those who started it. */
package io.stemspark.run;
