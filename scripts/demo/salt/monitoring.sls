prometheus:
  pkg.installed: []
  file.managed:
    - name: /etc/prometheus/prometheus.yml
    - source: salt://files/prometheus.yml
    - makedirs: True
    - require:
      - pkg: prometheus
  service.running:
    - enable: True
    - watch:
      - file: prometheus
