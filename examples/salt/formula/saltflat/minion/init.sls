# vim: ft=sls
#
# A minion without a master writes its job returns to the event file.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import changed %}
{%- set config = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/minion.d/saltflat.conf') %}

include:
  - {{ tplroot }}.events

saltflat-minion-config-managed:
  file.managed:
    - name: {{ saltflat.minion.config }}
    - contents: {{ changed(config, [
        ('/var/log/saltflat/events.ndjson', saltflat.event_file),
        ('# return: ', 'return: ' if saltflat.minion.return else '# return: '),
      ]) | json }}
    - mode: '0644'
    - makedirs: true
    - require:
      - file: saltflat-events-directory
