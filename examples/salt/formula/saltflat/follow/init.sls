# vim: ft=sls
#
# `saltflat follow` reads the event file, and sends the records to Vector or whoever takes its posts.

{%- set tplroot = tpldir.split('/')[0] %}
{%- from tplroot ~ '/map.jinja' import saltflat with context %}
{%- from tplroot ~ '/lib.jinja' import changed, writable, reader %}
{%- set unit = salt['cp.get_file_str']('salt://' ~ tplroot ~ '/files/systemd/saltflat-follow.service') %}
{%- set follow = saltflat.follow %}
{%- set shipped = '/usr/bin/saltflat follow /var/log/saltflat/events.ndjson --options /etc/saltflat/saltflat.json'
      ~ ' --checkpoint /var/lib/saltflat/checkpoint --to http://127.0.0.1:8080/saltflat' %}

include:
  - {{ tplroot }}.events
  - {{ tplroot }}.options
{{ reader('follow', follow, saltflat, salt) }}

saltflat-follow-environment-managed:
  file.managed:
    - name: {{ saltflat.options_folder }}/follow.env
    - contents:
      - '# Written by Salt.'
      {%- for name, value in follow.environment | dictsort %}
      - {{ (name ~ '=' ~ value) | json }}
      {%- endfor %}
    # It holds passwords. systemd reads it as root, and no return of Salt has it.
    - user: root
    - group: root
    - mode: '0600'
    - show_changes: false
    - makedirs: true

saltflat-follow-unit-managed:
  file.managed:
    - name: {{ saltflat.systemd }}/{{ follow.service }}.service
    - contents: {{ changed(unit, [
        (shipped, ([
          follow.program, 'follow', saltflat.event_file,
          '--options', saltflat.options_folder ~ '/saltflat.json',
          '--checkpoint', follow.state ~ '/checkpoint', '--to', follow.to,
        ] + follow.arguments) | join(' ')),
        ('/etc/saltflat/follow.env', saltflat.options_folder ~ '/follow.env'),
        ('User=saltflat', 'User=' ~ follow.user),
        ('StateDirectory=saltflat', writable(follow.state)),
        ('IPAddressAllow=localhost', 'IPAddressAllow=' ~ follow.allow | join(' ')),
      ]) | json }}
    - mode: '0644'
    - makedirs: true

{%- if saltflat.manage_service %}

saltflat-follow-service-running:
  service.running:
    - name: {{ follow.service }}
    - enable: true
    - watch:
      - file: saltflat-follow-unit-managed
      - file: saltflat-follow-environment-managed
      - file: saltflat-options-managed
{%- endif %}
