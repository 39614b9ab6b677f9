# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import absent %}
{{ absent('options-clean-file', saltflat.options_folder ~ '/saltflat.json') }}
