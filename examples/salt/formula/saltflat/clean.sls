# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}

include:
{%- for component in saltflat.components | reverse %}
  - .{{ component }}.clean
{%- endfor %}
  - .options.clean
  - .events.clean
