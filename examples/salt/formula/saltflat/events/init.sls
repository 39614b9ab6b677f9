# vim: ft=sls
#
# The folder that the event file lies in. It says who may read the events, which hold secrets.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import changed %}
{%- set logrotate = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/logrotate.d/saltflat') %}
{%- set writer = saltflat.minion if 'minion' in saltflat.components else saltflat.master %}

saltflat-events-directory:
  file.directory:
    - name: {{ saltflat.event_file.rpartition('/')[0] }}
    - user: {{ writer.user }}
    - group: {{ writer.group }}
    - mode: '0750'
    - makedirs: true

{%- if saltflat.manage_logrotate %}

saltflat-events-logrotate-managed:
  file.managed:
    - name: {{ saltflat.logrotate }}
    - contents: {{ changed(logrotate, [
        ('/var/log/saltflat/events.ndjson', saltflat.event_file),
        ('su salt salt', 'su ' ~ writer.user ~ ' ' ~ writer.group),
      ]) | json }}
    - mode: '0644'
    - makedirs: true
{%- endif %}

{%- if saltflat.manage_acl and not salt['cmd.which']('setfacl') %}

saltflat-events-acl-installed:
  pkg.installed:
    - name: {{ saltflat.acl_package }}
    - reload_modules: true
{%- endif %}
