<#import "page.ftl" as p>
<@p.page "Stemspark evaluate ${scores.estimates}" "Stemspark evaluate">
<p class="facts">${scores.estimates} against ${scores.references}<br>
${scores.tracks?size} tracks, ${scores.created}, Stemspark ${scores.stemspark};
data: scores.json, scores.csv</p>

<#list stems as stem><@table stem/></#list>
<p class="facts">dB; medians over tracks of medians over seconds (BSS Eval v4). Track SDR and SI-SDR
are of whole tracks. The mixture is the floor; the ideal masks know the references.</p>

<h2>Distribution over tracks, vocals</h2>
<#list distributions as distribution>
<#if distribution.rows?has_content>
<figure><figcaption>${distribution.measure}</figcaption>
<div class="plot dots">
<#list distribution.rows as row>
<div class="name" title="${row.name}">${row.name}</div>
<div class="area"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
<#list row.tracks as at><path class="dot" d="M${at} 50h0"/></#list>
<#if row.median??><path class="median" d="M${row.median} 10v80"/></#if></svg></div>
</#list>
<@p.marks distribution.x "dB"/>
</div></figure>
</#if>
</#list>
<p class="facts">A dot for each track; the stroke is the median.</p>

<@p.sounds "Worst" worst/>
<@p.sounds "Best" best/>

<@table tracks/>
<#if (moreTracks > 0)><p>and ${moreTracks} more, in scores.csv</p></#if>
</@p.page>

<#macro table of>
<h2>${of.title}</h2>
<div class="wide"><table><tr><th></th><#list measures as measure><th class="n">${measure}</th></#list></tr>
<#list of.lines as line>
<tr><td>${line.name}</td><#list line.scores as score><td class="n">${score}</td></#list></tr>
</#list>
</table></div>
</#macro>
