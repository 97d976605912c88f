<#import "page.ftl" as p>
<@p.page "Stemspark train ${bundle}" "Stemspark train">
<p class="facts">${bundle}<br>${network}<br>data: rounds-*.jsonl, epochs.jsonl</p>

<#if last??>
<div class="figures">
<@p.figure last.epoch "epochs"/>
<@p.figure last.steps "steps of each worker"/>
<@p.figure last.workers "workers"/>
<@p.figure duration(last.seconds) "time"/>
<#if best??>
<@p.figure best.validation.get().sdr?string("0.00") "best validation SDR, epoch ${best.number}"/>
</#if>
</div>
<h2>Where workers' time went, validations left out</h2>
<table>
<@share "computing steps" computing/>
<@share "averaging, with waiting for the slowest worker and the driver's work between rounds" averaging/>
<@share "waiting for data" waiting/>
</table>
</#if>

<#if epochs?filter(epoch -> epoch.validation.present)?has_content>
<h2>Validation</h2>
<#list validation as chart><@p.chart chart/></#list>
</#if>
<h2>Training</h2>
<#list training as chart><@p.chart chart/></#list>

<#if examples?has_content>
<h2>Patches that the network never saw</h2>
<#list examples as example>
<h3>${example.track}</h3>
<@p.spectrogram "mixture" example.mixture/>
<#list example.stems as stem>
<@p.spectrogram "${stem.stem}, estimate" stem.estimate/>
<@p.spectrogram "${stem.stem}, truth" stem.truth/>
</#list>
</#list>
</#if>

<h2>Epochs</h2>
<div class="wide"><table><tr><th class="n">epoch</th><th class="n">loss</th>
<th class="n">validation loss</th><th class="n">SDR, dB</th><th class="n">mixture, dB</th>
<th class="n">time</th></tr>
<#list epochs as epoch>
<tr><td class="n">${epoch.number}</td><td class="n">${epoch.loss?string("0.00000")}</td>
<#if epoch.validation.present><#assign score = epoch.validation.get()>
<td class="n">${score.loss?string("0.00000")}</td><td class="n">${score.sdr?string("0.00")}</td>
<td class="n">${score.mixtureSdr?string("0.00")}</td>
<#else><td></td><td></td><td></td></#if>
<td class="n">${duration(epoch.seconds)}</td></tr>
</#list>
</table></div>
</@p.page>

<#function duration seconds>
<#local minutes = (seconds / 60)?round>
<#return (minutes < 60)?then("${minutes} min", "${(minutes / 60)?floor} h ${minutes % 60} min")>
</#function>

<#macro share what share>
<tr><td>${what}</td><td class="n">${(100 * share)?string("0.0")} %</td></tr>
</#macro>
