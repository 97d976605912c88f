<#import "page.ftl" as p>
<@p.page "Stemspark bundle" "What the model makes of clips">
<pre>${text}</pre>
<#list clips as clip>
<h2>${clip.name}</h2>
<#list clip.sounds as sound>
<@p.spectrogram sound.name sound.picture/>
</#list>
</#list>
</@p.page>
