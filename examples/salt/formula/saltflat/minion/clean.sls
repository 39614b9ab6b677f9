# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}

saltflat-minion-clean-config-absent:
  file.absent:
    - name: {{ saltflat.minion.config }}
