<#import "page.ftl" as p>
<@p.page "Stemspark ${report.job} ${report.run}" "Stemspark ${report.job}">
<p class="facts">${report.input} to ${report.output}<br>
run ${report.run}, Stemspark ${report.stemspark}<br>
<#if report.model??>model ${report.model.hash[0..*12]}, ${report.model.licence?has_content?then("licence " + report.model.licence, "no licence stated")}, ${report.model.origin}<br></#if>
${report.started?replace("\\.\\d+", "", "r")} to ${report.finished?replace("\\.\\d+", "", "r")};
data: ${report.run}.json</p>

<div class="figures">
<@p.figure report.tracks.done "tracks done"/>
<@p.figure value=report.tracks.failed name="failed" kind=(report.tracks.failed > 0)?then("bad", "")/>
<@p.figure report.tracks.skipped "skipped"/>
<@p.figure report.tracks.alreadyDone "done before"/>
<#if (report.tracks.failedBefore > 0)>
<@p.figure report.tracks.failedBefore "failed before, not tried again" "bad"/>
</#if>
<@p.figure p.short(report.audioSeconds / 3600) "hours of audio"/>
<@p.figure p.short(report.wallSeconds / 60) "minutes"/>
<@p.figure p.short(report.timesRealTime) "times real time"/>
</div>

<#if throughput.curves?has_content><h2>Throughput, times real time</h2></#if>
<@p.chart throughput/>

<@p.sounds "A few tracks, taken by chance" listening/>

<#if report.failures?has_content>
<h2>Not done</h2>
<div class="wide"><table><tr><th>track</th><th></th><th>reason</th></tr>
<#list report.failures as failure>
<tr><td>${failure.trackId}</td><td>${failure.status?lower_case}</td><td>${failure.reason}</td></tr>
</#list>
</table></div>
<#if (moreFailures > 0)><p>and ${moreFailures} more</p></#if>
</#if>

<@doubts "Most doubtful stems" report.doubts "A high correlation of vocals and accompaniment says that they were torn apart badly."/>
<@doubts "Probably without a voice: ${report.withoutVoice}" report.voiceless ""/>

<@notes "Journal" report.damaged/>
<@notes "Left out" report.leftOut/>

<#if report.slowest?has_content>
<h2>Slowest tracks</h2>
<div class="wide"><table><tr><th>track</th><th class="n">audio, s</th><th class="n">task, s</th></tr>
<#list report.slowest as track>
<tr><td>${track.trackId}</td><td class="n">${p.short(track.audioSeconds)}</td>
<td class="n">${p.short(track.wallSeconds)}</td></tr>
</#list>
</table></div>
</#if>
</@p.page>

<#macro doubts heading tracks words>
<#if tracks?has_content>
<h2>${heading}</h2>
<#if words?has_content><p>${words}</p></#if>
<div class="wide"><table><tr><th>track</th><th class="n">correlation</th><th class="n">vocals, % of energy</th>
<th class="n">no voice, %</th><th class="n">samples clipped</th></tr>
<#list tracks as track>
<tr><td>${track.trackId}</td><td class="n">${p.short(track.quality.correlation)}</td>
<td class="n">${p.short(100 * track.quality.vocalShare())}</td>
<td class="n">${p.short(100 * track.quality.noVoice)}</td>
<td class="n">${track.quality.clippedSamples()}</td></tr>
</#list>
</table></div>
</#if>
</#macro>

<#macro notes heading lines>
<#if lines?has_content>
<h2>${heading}</h2>
<ul><#list lines as line><li>${line}</li></#list></ul>
</#if>
</#macro>
