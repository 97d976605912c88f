/** What a run came to: figures as JSON, and a page to look at and to listen to. */
package io.stemspark.jobs.report;
