# vim: ft=sls

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}

saltflat-events-clean-logrotate-absent:
  file.absent:
    - name: {{ saltflat.logrotate }}

{%- if saltflat.purge %}

saltflat-events-clean-directory-absent:
  file.absent:
    - name: {{ saltflat.event_file.rpartition('/')[0] }}
{%- endif %}
