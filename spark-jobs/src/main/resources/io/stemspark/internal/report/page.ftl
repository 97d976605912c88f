<#-- What the pages have in common: their frame, tables' figures, plots, and sounds. -->

<#macro page title heading>
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light dark; --ink: #222; --faint: #666; --line: #ddd; --ground: #fff;
        --bad: #b3261e; --c0: #2b6cb0; --c1: #b3261e; --c2: #3a7d44; --c3: #8a6d1d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ddd; --faint: #9a9a9a; --line: #3a3a3a; --ground: #161616;
          --bad: #ff8a80; --c0: #7fb2e8; --c1: #ff8a80; --c2: #86c98f; --c3: #d9bd6a; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2em auto; padding: 0 1em;
       color: var(--ink); background: var(--ground); }
h1 { font-size: 1.4em; margin-bottom: 0; } h2 { font-size: 1.1em; margin-top: 2em; }
h3 { font-size: 1em; overflow-wrap: anywhere; }
.facts { color: var(--faint); margin-top: 0; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 1em 2.5em; }
.figures b { display: block; font-size: 1.5em; } .bad b { color: var(--bad); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .25em .8em .25em 0; border-bottom: 1px solid var(--line);
         overflow-wrap: anywhere; min-width: 8em; vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; min-width: 0; }
figure { margin: .8em 0 1.4em; } figcaption { color: var(--faint); }
.plot { display: grid; grid-template-columns: 4.2em minmax(0, 1fr); font-size: 12px;
        margin-right: 1.5em; color: var(--faint); }
.plot .y { position: relative; } .plot .x { position: relative; height: 1.6em; }
.plot .unit { text-align: right; padding-right: .9em; }
.plot .y span { position: absolute; right: .6em; transform: translateY(50%); white-space: nowrap; }
.plot .x span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.plot svg, .plot img { display: block; width: 100%; height: 100%; }
.plot img { background: #000; }
.area { height: 160px; border-left: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.area.tall { height: 220px; }
.plot.dots { grid-template-columns: minmax(6em, 24%) minmax(0, 1fr); }
.dots .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 26px;
              padding-right: .6em; color: var(--ink); }
.dots .area { height: 26px; border-bottom-style: dotted; }
path { fill: none; vector-effect: non-scaling-stroke; stroke: var(--line); }
path.curve { stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
path.dot { stroke: var(--c0); stroke-opacity: .35; stroke-width: 8; stroke-linecap: round; }
path.median { stroke: var(--c1); stroke-width: 2; }
<#list 0..3 as i>.c${i} { stroke: var(--c${i}); color: var(--c${i}); } </#list>
audio { width: 100%; height: 2.4em; }
</style></head><body>
<h1>${heading}</h1>
<#nested>
</body></html>
</#macro>

<#macro figure value name kind="">
<div class="${kind}"><b>${value}</b>${name}</div>
</#macro>

<#function short number><#return number?string((number lt 10)?then("0.00", "0.0"))></#function>

<#-- Marks at the left of what is nested and below it. -->
<#macro plot x y unit kind="">
<div class="plot"><div class="y"><#list y as tick>
<span style="bottom:${tick.at}%">${tick.label}</span></#list></div>
<div class="area ${kind}"><#nested></div>
<@marks x unit/>
</div>
</#macro>

<#macro marks x unit>
<div class="unit">${unit}</div><div class="x"><#list x as tick>
<span style="left:${tick.at}%">${tick.label}</span></#list></div>
</#macro>

<#macro chart of>
<#if of.curves?has_content>
<figure><figcaption>${of.title}<#if (of.curves?size > 1)><#list of.curves as curve>
&nbsp; <span class="c${curve?index % 4}">&#9632; ${curve.name}</span></#list></#if></figcaption>
<@plot of.x of.y of.axis "tall"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
<#list of.y as tick><path d="M0 ${100 - tick.at}h100"/></#list>
<#list of.curves as curve><path class="curve c${curve?index % 4}" d="M${curve.points} h0"/>
</#list></svg></@plot></figure>
</#if>
</#macro>

<#macro spectrogram name picture>
<figure><figcaption>${name}</figcaption>
<@plot picture.x picture.y "s"><img alt="spectrogram" src="data:image/png;base64,${picture.png?no_esc}"></@plot>
<#nested></figure>
</#macro>

<#macro sounds heading tracks>
<#if tracks?has_content>
<h2>${heading}</h2>
<#list tracks as track>
<h3>${track.title}</h3>
<#list track.sounds as sound>
<@spectrogram sound.name sound.picture><#if sound.playable>
<audio controls preload="metadata" src="<#outputformat "XML">${sound.link}</#outputformat>"></audio></#if>
</@spectrogram>
</#list>
</#list>
<p class="facts">Spectrograms of the first half minute; bright is loud, 80 dB from white to black.</p>
</#if>
</#macro>
